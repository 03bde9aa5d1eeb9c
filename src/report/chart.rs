//! Charts as SVG, drawn by plotters. Colours are classes, so that the page's light and dark themes hold in them too.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::clean::clean;
use super::money::usd_short;

/// Colours that stand for a class until [`finish`] puts the class in. No pixel is ever drawn in them.
const TEXT: RGBColor = RGBColor(1, 1, 1);
const QUIET: RGBColor = RGBColor(2, 2, 2);
const BAR: RGBColor = RGBColor(3, 3, 3);
const GRID: RGBColor = RGBColor(4, 4, 4);
const AREA: RGBColor = RGBColor(5, 5, 5);
const CLASSES: [(&str, &str); 5] = [
    ("#010101", "c-text"),
    ("#020202", "c-quiet"),
    ("#030303", "c-bar"),
    ("#040404", "c-grid"),
    ("#050505", "c-area"),
];

/// Height of a bar with the label above it, pixels.
const ROW_HEIGHT: u32 = 40;
/// Height of an axis, pixels.
const AXIS_HEIGHT: u32 = 30;
/// Labels longer than this would run into the figures.
const LABEL_CHARACTERS: usize = 34;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bar {
    /// What it stands for.
    pub label: String,
    /// US dollars.
    pub usd: f64,
    /// The figure in words, drawn at its end.
    pub figure: String,
}

/// What a chart is called, and what it shows in words, for those who do not see it.
pub(crate) struct Caption<'a> {
    /// Prefix of the ids in the page; must differ from chart to chart.
    pub id: &'a str,
    /// Title.
    pub title: &'a str,
    /// What it shows.
    pub description: &'a str,
}

/// Horizontal bars, each with its label above it and its figure at the right. Empty where there is nothing to draw.
pub(crate) fn bars(caption: &Caption<'_>, bars: &[Bar], width: u32) -> String {
    let largest = bars.iter().map(|bar| bar.usd).fold(0.0, f64::max);
    if !largest.is_finite() || largest <= 0.0 {
        return String::new();
    }
    let size = (width, ROW_HEIGHT * bars.len() as u32);
    let mut svg = String::new();
    // Writing to a string does not fail; a chart that plotters cannot lay out is left out, its figures are in the page.
    match draw_bars(bars, largest, size, &mut svg) {
        Ok(()) => finish(&svg, caption, size),
        Err(_) => String::new(),
    }
}

type Drawn = Result<(), Box<dyn std::error::Error>>;

fn draw_bars(bars: &[Bar], largest: f64, size: (u32, u32), svg: &mut String) -> Drawn {
    let rows = bars.len() as f64;
    let root = SVGBackend::with_string(svg, size).into_drawing_area();
    let mut chart = ChartBuilder::on(&root).build_cartesian_2d(0.0..largest, 0.0..rows)?;
    let label = ("sans-serif", 16).into_font().color(&TEXT);
    for (index, bar) in bars.iter().enumerate() {
        let top = rows - index as f64;
        let usd = bar.usd.max(0.0);
        // Something is never drawn as nothing.
        let end = if usd > 0.0 {
            usd.max(largest / 150.0)
        } else {
            0.0
        };
        // Every figure stands at its bar, so there is no axis; the track shows what the largest bar is.
        for (end, colour) in [(largest, GRID), (end, BAR)] {
            chart.draw_series([Rectangle::new(
                [(0.0, top - 0.6), (end, top - 0.86)],
                colour.filled(),
            )])?;
        }
        let left = label.clone().pos(Pos::new(HPos::Left, VPos::Bottom));
        let right = label.clone().pos(Pos::new(HPos::Right, VPos::Bottom));
        chart.draw_series([
            Text::new(shortened(&bar.label), (0.0, top - 0.54), left),
            Text::new(bar.figure.clone(), (largest, top - 0.54), right),
        ])?;
    }
    drop(chart);
    root.present()?;
    drop(root);
    Ok(())
}

/// One bar in up to three parts, the first of them in the bars' colour. Empty where there is nothing to draw.
pub(crate) fn stacked(caption: &Caption<'_>, parts: [f64; 3], size: (u32, u32)) -> String {
    let whole: f64 = parts.iter().sum();
    if !whole.is_finite() || whole <= 0.0 {
        return String::new();
    }
    let mut svg = String::new();
    match draw_stacked(parts, whole, size, &mut svg) {
        Ok(()) => finish(&svg, caption, size),
        Err(_) => String::new(),
    }
}

fn draw_stacked(parts: [f64; 3], whole: f64, size: (u32, u32), svg: &mut String) -> Drawn {
    let root = SVGBackend::with_string(svg, size).into_drawing_area();
    let mut chart = ChartBuilder::on(&root).build_cartesian_2d(0.0..whole, 0.0..1.0)?;
    let mut begin = 0.0;
    for (part, colour) in parts.into_iter().zip([BAR, QUIET, GRID]) {
        let end = begin + part.max(0.0);
        if end > begin {
            chart.draw_series([Rectangle::new([(begin, 0.0), (end, 1.0)], colour.filled())])?;
        }
        begin = end;
    }
    drop(chart);
    root.present()?;
    drop(root);
    Ok(())
}

/// Savings added up over the findings, most first: how few of them make most of the money. `marked` is the number of
/// findings at the dashed line. Empty for fewer than two.
pub(crate) fn cumulative(
    caption: &Caption<'_>,
    savings_usd: &[f64],
    marked: usize,
    size: (u32, u32),
) -> String {
    let mut points = vec![(0.0, 0.0)];
    let mut sum = 0.0;
    // More points than pixels would only make the file large.
    let step = savings_usd.len().div_ceil(size.0 as usize / 2).max(1);
    for (index, usd) in savings_usd.iter().enumerate() {
        sum += usd;
        let number = index + 1;
        if number.is_multiple_of(step) || number == savings_usd.len() || number == marked {
            points.push((number as f64, sum));
        }
    }
    if savings_usd.len() < 2 || !sum.is_finite() || sum <= 0.0 {
        return String::new();
    }
    let mut svg = String::new();
    match draw_cumulative(&points, marked as f64, size, &mut svg) {
        Ok(()) => finish(&svg, caption, size),
        Err(_) => String::new(),
    }
}

fn draw_cumulative(
    points: &[(f64, f64)],
    marked: f64,
    size: (u32, u32),
    svg: &mut String,
) -> Drawn {
    let (findings, sum) = points.last().copied().unwrap_or((1.0, 1.0));
    let root = SVGBackend::with_string(svg, size).into_drawing_area();
    let mut chart = ChartBuilder::on(&root)
        .margin_top(8)
        .margin_right(14)
        .x_label_area_size(AXIS_HEIGHT)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..findings, 0.0..sum)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels((size.0 / 90) as usize)
        .y_labels(5)
        .x_label_formatter(&|number| format!("{number:.0}"))
        .y_label_formatter(&|usd| usd_short(*usd))
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(GRID)
        .label_style(("sans-serif", 15).into_font().color(&QUIET))
        .draw()?;
    chart.draw_series(AreaSeries::new(points.iter().copied(), 0.0, AREA.filled()))?;
    chart.draw_series(LineSeries::new(points.iter().copied(), BAR.stroke_width(2)))?;
    let at = points
        .iter()
        .find(|(number, _)| *number == marked)
        .map_or(sum, |(_, usd)| *usd);
    chart.draw_series(DashedLineSeries::new(
        [(marked, 0.0), (marked, at)],
        4,
        4,
        QUIET.stroke_width(1),
    ))?;
    chart.draw_series(std::iter::once(Circle::new((marked, at), 4, BAR.filled())))?;
    drop(chart);
    root.present()?;
    drop(root);
    Ok(())
}

fn shortened(label: &str) -> String {
    let label = clean(label);
    if label.chars().count() <= LABEL_CHARACTERS {
        return label.into_owned();
    }
    label
        .chars()
        .take(LABEL_CHARACTERS - 1)
        .chain(['…'])
        .collect()
}

/// Puts title, description and classes in. Text in the drawing cannot be mistaken for an attribute: plotters escapes
/// its quotes.
fn finish(svg: &str, caption: &Caption<'_>, (width, height): (u32, u32)) -> String {
    let body = svg.split_once('>').map_or(svg, |(_, body)| body);
    let mut body = body
        .replace(" font-family=\"sans-serif\"", "")
        .replace(" opacity=\"1\"", "");
    for (colour, class) in CLASSES {
        body = body.replace(&format!("fill=\"{colour}\""), &format!("class=\"{class}\""));
        body = body.replace(
            &format!("stroke=\"{colour}\""),
            &format!("class=\"{class}-line\""),
        );
    }
    let Caption {
        id,
        title,
        description,
    } = caption;
    let (title, description) = (escaped(title), escaped(description));
    format!(
        "<svg class=\"chart\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {width} {height}\">\
         <title id=\"{id}-title\">{title}</title><desc id=\"{id}-desc\">{description}</desc>{body}"
    )
}

fn escaped(text: &str) -> String {
    clean(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPTION: Caption<'_> = Caption {
        id: "by-owner",
        title: "By <owner>",
        description: "a & b",
    };

    fn bar(label: &str, usd: f64) -> Bar {
        Bar {
            label: label.to_owned(),
            usd,
            figure: super::super::money::usd(usd),
        }
    }

    #[test]
    fn bars_are_in_proportion_and_carry_classes_only() {
        let svg = bars(&CAPTION, &[bar("first", 400.0), bar("second", 100.0)], 360);
        let widths: Vec<f64> = svg
            .split("<rect ")
            .skip(1)
            .filter(|rect| rect.contains("c-bar"))
            .map(|rect| {
                rect.split("width=\"")
                    .nth(1)
                    .unwrap()
                    .split('"')
                    .next()
                    .unwrap()
                    .parse()
                    .unwrap()
            })
            .collect();
        assert_eq!(widths.len(), 2, "{svg}");
        assert!((widths[0] / widths[1] - 4.0).abs() < 0.1, "{widths:?}");
        assert!(svg.contains("role=\"img\" aria-labelledby=\"by-owner-title by-owner-desc\""));
        assert!(svg.contains("<title id=\"by-owner-title\">By &lt;owner&gt;</title>"));
        assert!(svg.contains("$400.00") && svg.contains("second"));
        for leftover in ["#0", "font-family", "style="] {
            assert!(!svg.contains(leftover), "{leftover} in {svg}");
        }
        assert!(svg.trim_end().ends_with("</svg>"));
    }

    #[test]
    fn hostile_labels_stay_text() {
        let svg = bars(
            &CAPTION,
            &[bar(
                "</text><script>alert(1)</script> fill=\"#010101\"\u{1b}",
                1.0,
            )],
            360,
        );
        assert!(!svg.contains("<script"));
        assert!(svg.contains("&lt;/text&gt;&lt;script"));
        assert!(!svg.contains('\u{1b}'));
    }

    #[test]
    fn nothing_to_draw_draws_nothing() {
        assert_eq!(bars(&CAPTION, &[], 360), "");
        assert_eq!(bars(&CAPTION, &[bar("a", 0.0)], 360), "");
        assert_eq!(bars(&CAPTION, &[bar("a", f64::NAN)], 360), "");
        assert_eq!(bars(&CAPTION, &[bar("a", f64::INFINITY)], 360), "");
        assert_eq!(cumulative(&CAPTION, &[1.0], 1, (360, 200)), "");
        assert_eq!(cumulative(&CAPTION, &[0.0, 0.0], 1, (360, 200)), "");
    }

    #[test]
    fn the_cumulative_curve_is_thinned_and_ends_at_the_sum() {
        let svg = cumulative(&CAPTION, &vec![1.0; 10_000], 8_000, (360, 200));
        assert!(svg.contains("$10k"), "{svg}");
        assert!(svg.len() < 20_000, "{}", svg.len());
    }
}
