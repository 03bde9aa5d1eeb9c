//! An HTTP client that answers by itself, and answers in the words of each protocol.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

use crate::Aws;

/// The account that the made-up answers are about.
pub(super) const ACCOUNT: &str = "123456789012";

/// Attempts of a request in these tests.
pub(super) const ATTEMPTS: u64 = 3;

/// What was asked.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// `service:Operation`, or for S3 `s3:PATH?QUERY`, for EKS `eks:/PATH?QUERY`.
    pub(super) what: String,
    /// Host, which names the region.
    pub(super) host: String,
    /// Body.
    pub(super) body: String,
}

/// What is answered.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Reply {
    pub(super) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Reply {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    pub(super) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// An answer of EC2.
    pub(super) fn ec2(operation: &str, content: &str) -> Self {
        let namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";
        Reply::new(
            200,
            format!("<{operation}Response xmlns=\"{namespace}\">{content}</{operation}Response>"),
        )
    }

    /// An error of EC2.
    pub(super) fn ec2_error(status: u16, code: &str, message: &str) -> Self {
        let error = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        Reply::new(
            status,
            format!("<Response><Errors>{error}</Errors><RequestID>r</RequestID></Response>"),
        )
    }

    /// An error of S3.
    pub(super) fn s3_error(status: u16, code: &str, message: &str) -> Self {
        Reply::new(
            status,
            format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>"),
        )
    }

    /// An error of a service that speaks JSON.
    pub(super) fn json_error(status: u16, code: &str, message: &str) -> Self {
        Reply::new(
            status,
            format!(r#"{{"__type": "com.amazonaws.example#{code}", "Message": "{message}"}}"#),
        )
    }

    /// An error of a service that speaks CBOR.
    pub(super) fn cbor_error(status: u16, code: &str, message: &str) -> Self {
        let body = cbor::map(&[
            (
                "__type",
                cbor::text(&format!("com.amazonaws.example#{code}")),
            ),
            ("message", cbor::text(message)),
        ]);
        Reply::cbor(status, body)
    }

    /// An answer of a service that speaks CBOR.
    pub(super) fn cbor(status: u16, body: Vec<u8>) -> Self {
        Reply::new(status, body)
            .header("smithy-protocol", "rpc-v2-cbor")
            .header("content-type", "application/cbor")
    }
}

type Answer = dyn Fn(&Asked) -> Reply + Send + Sync;

/// Answers requests, and remembers them.
#[derive(Clone)]
struct Replies {
    answer: Arc<Answer>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl fmt::Debug for Replies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Replies")
    }
}

impl HttpConnector for Replies {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let asked = Asked::of(&request);
        let reply = (self.answer)(&asked);
        self.asked.lock().unwrap().push(asked);
        let mut response =
            HttpResponse::new(reply.status.try_into().unwrap(), SdkBody::from(reply.body));
        for (name, value) in reply.headers {
            response.headers_mut().insert(name, value);
        }
        HttpConnectorFuture::ready(Ok(response))
    }
}

impl Asked {
    fn of(request: &HttpRequest) -> Self {
        let (_, rest) = request.uri().split_once("://").unwrap();
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let service = host.split('.').next().unwrap_or_default();
        let what = if let Some(target) = request.headers().get("x-amz-target") {
            let service = if target.contains("Budget") {
                "budgets"
            } else if target.contains("Insights") {
                "ce"
            } else if target.contains("ContainerService") {
                "ecs"
            } else if target.contains("AnyScale") {
                "application-autoscaling"
            } else {
                "organizations"
            };
            format!("{service}:{}", target.rsplit('.').next().unwrap())
        } else if let Some((_, operation)) = path.rsplit_once("/operation/") {
            format!("cloudwatch:{operation}")
        } else if let Some(action) = body.strip_prefix("Action=") {
            format!("{service}:{}", action.split('&').next().unwrap())
        } else if service == "eks" {
            format!("eks:/{path}")
        } else {
            // A bucket may stand in the host's name.
            let bucket = host
                .split_once(".s3.")
                .map(|(bucket, _)| bucket)
                .unwrap_or_default();
            format!("s3:{bucket}/{path}")
        };
        Asked {
            what,
            host: host.to_owned(),
            body,
        }
    }
}

/// What was asked so far.
#[derive(Clone)]
pub(super) struct Log(Arc<Mutex<Vec<Asked>>>);

impl Log {
    /// Requests of an operation.
    pub(super) fn count(&self, what: &str) -> u64 {
        self.0
            .lock()
            .unwrap()
            .iter()
            .filter(|asked| asked.what == what)
            .count() as u64
    }

    /// Requests whose kind begins so.
    pub(super) fn of(&self, prefix: &str) -> Vec<Asked> {
        self.0
            .lock()
            .unwrap()
            .iter()
            .filter(|asked| asked.what.starts_with(prefix))
            .cloned()
            .collect()
    }
}

/// A configuration in `us-east-1` whose requests `answer` answers. Retries come at once.
pub(super) fn config(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> (SdkConfig, Log) {
    let asked = Arc::default();
    let replies = Replies {
        answer: Arc::new(answer),
        asked: Arc::clone(&asked),
    };
    let connector = SharedHttpConnector::new(replies);
    let retries = RetryConfig::standard()
        .with_max_attempts(u32::try_from(ATTEMPTS).unwrap())
        .with_initial_backoff(Duration::from_millis(1));
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(retries)
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .build();
    (config, Log(asked))
}

/// An adapter whose requests `answer` answers, after the identity and the regions `eu-west-1` and `us-east-1` (and
/// `ap-east-1`, which is not enabled).
pub(super) fn aws(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> (Aws, Log) {
    let (config, log) = config(move |asked| match asked.what.as_str() {
        "sts:GetCallerIdentity" => Reply::new(
            200,
            format!(
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
                 <Arn>arn:aws:iam::{ACCOUNT}:user/u</Arn><UserId>u</UserId><Account>{ACCOUNT}</Account>\
                 </GetCallerIdentityResult></GetCallerIdentityResponse>"
            ),
        ),
        "ec2:DescribeRegions" => match answer(asked) {
            // 404 is how the tests' own answers say that they do not care.
            reply if reply.status == 404 => regions(),
            reply => reply,
        },
        _ => answer(asked),
    });
    (Aws::with_config(config), log)
}

fn regions() -> Reply {
    let region = |name: &str, status: &str| {
        format!("<item><regionName>{name}</regionName><optInStatus>{status}</optInStatus></item>")
    };
    let regions = [
        region("us-east-1", "opt-in-not-required"),
        region("eu-west-1", "opt-in-not-required"),
        region("ap-east-1", "not-opted-in"),
    ];
    Reply::ec2(
        "DescribeRegions",
        &format!("<regionInfo>{}</regionInfo>", regions.concat()),
    )
}

/// "I do not care": not found, without a body.
pub(super) fn nothing() -> Reply {
    Reply::new(404, "")
}

/// As much of CBOR (RFC 8949) as answers need.
pub(super) mod cbor {
    fn head(major: u8, length: usize) -> Vec<u8> {
        match length {
            0..24 => vec![major << 5 | u8::try_from(length).unwrap()],
            24..256 => vec![major << 5 | 24, u8::try_from(length).unwrap()],
            _ => [
                vec![major << 5 | 25],
                u16::try_from(length).unwrap().to_be_bytes().to_vec(),
            ]
            .concat(),
        }
    }

    pub(in crate::tests) fn text(text: &str) -> Vec<u8> {
        [head(3, text.len()), text.as_bytes().to_vec()].concat()
    }

    pub(in crate::tests) fn real(value: f64) -> Vec<u8> {
        [vec![0xfb], value.to_be_bytes().to_vec()].concat()
    }

    /// An instant: tag 1 over seconds.
    pub(in crate::tests) fn time(seconds: i64) -> Vec<u8> {
        [vec![0xc1], real(seconds as f64)].concat()
    }

    pub(in crate::tests) fn list(items: &[Vec<u8>]) -> Vec<u8> {
        [head(4, items.len()), items.concat()].concat()
    }

    pub(in crate::tests) fn map(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let content: Vec<u8> = members
            .iter()
            .flat_map(|(name, value)| [text(name), value.clone()].concat())
            .collect();
        [head(5, members.len()), content].concat()
    }
}
