//! What manages resources by way of others, and where to change what is managed.

use std::collections::HashMap;

use billhook_catalog::{Resource, Row};

use crate::autoscaling::group::Group;
use crate::manager::advice::change_at;

use super::super::estate::Estate;

/// Volumes that are deleted along with their instance are managed by what manages it, unless something else is known to.
pub(super) fn by_their_instance(estate: &Estate, rows: &mut [Resource]) {
    let managers: HashMap<&str, String> = rows
        .iter()
        .filter(|row| !row.managed_by.is_empty())
        .map(|row| (row.resource_id.as_str(), row.managed_by.clone()))
        .collect();
    let mut by_volume: HashMap<&str, &str> = HashMap::new();
    for attachment in &estate.attachments {
        if attachment.delete_on_termination == Some(true)
            && let Some(manager) = managers.get(attachment.instance_resource_id.as_str())
        {
            let first = by_volume
                .entry(&attachment.volume_resource_id)
                .or_insert(manager);
            // A volume on two instances, whose order must not matter.
            if manager.as_str() < *first {
                *first = manager;
            }
        }
    }
    let inherited: Vec<(usize, String)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.managed_by.is_empty())
        .filter_map(|(index, row)| {
            let manager = *by_volume.get(row.resource_id.as_str())?;
            Some((index, manager.to_owned()))
        })
        .collect();
    for (index, manager) in inherited {
        rows[index].managed_by = manager;
    }
}

/// Says of all that is managed where to change it. What manages an Auto Scaling group in turn is looked up by the group's name.
pub(super) fn say_where(rows: &mut [Resource]) {
    let groups: HashMap<(String, String, String), String> = rows
        .iter()
        .filter(|row| row.resource_type == Group::TABLE.resource_type)
        .map(|row| {
            let place = (row.id.account_id.clone(), row.id.region.clone());
            let group = (place.0, place.1, row.short_id.clone());
            (group, row.managed_by.clone())
        })
        .collect();
    for row in rows {
        let outward = |manager: &str| {
            let name = manager.strip_prefix("autoscaling:")?;
            let place = (row.id.account_id.clone(), row.id.region.clone());
            groups.get(&(place.0, place.1, name.to_owned())).cloned()
        };
        row.change_at = change_at(&row.managed_by, outward);
    }
}
