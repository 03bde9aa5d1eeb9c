//! The AWS-compatible server that the tests start, and billhook run against it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// Python with the pinned packages: the one that `tests/run` names, else the one that it made.
pub(crate) fn python() -> PathBuf {
    if let Some(python) = std::env::var_os("BILLHOOK_TEST_PYTHON") {
        return python.into();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let requirements =
        fs::read(root.join("tests/moto/requirements.txt")).expect("the pinned requirements");
    let digest: String = Sha256::digest(&requirements)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    let python = target.join(format!("moto-venv-{digest}/bin/python"));
    assert!(
        python.is_file(),
        "{} is missing: run tests/run once, which makes it",
        python.display()
    );
    python
}

/// A running server; it ends when this is dropped.
pub(crate) struct Moto {
    child: Child,
    port: u16,
    /// Calls that were looked at before.
    seen: AtomicUsize,
}

impl Moto {
    /// Starts an empty server on a free port.
    pub(crate) fn start() -> Self {
        let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/moto/server.py");
        let mut child = Command::new(python())
            .arg(server)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the test server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output"))
            .read_line(&mut line)
            .expect("its first line");
        let port = line
            .trim()
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok());
        Moto {
            child,
            port: port.unwrap_or_else(|| panic!("the server says {line:?}")),
            seen: AtomicUsize::new(0),
        }
    }

    /// Starts a server and plants a scenario; also what was planted.
    pub(crate) fn with(scenario: &str) -> (Self, Value) {
        let moto = Moto::start();
        let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/moto/seed.py");
        let run = Command::new(python())
            .arg(seed)
            .args(["--endpoint", &moto.endpoint(), "--scenario", scenario])
            .output()
            .expect("seeding runs");
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
        let planted = serde_json::from_slice(&run.stdout).expect("what was planted, as JSON");
        (moto, planted)
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Every later call that fits a fault is disturbed.
    pub(crate) fn faults(&self, faults: Value) {
        self.control("POST", "faults", &faults);
    }

    /// Refuses what the policy does not allow.
    pub(crate) fn policy(&self, policy: Value) {
        self.control("POST", "policy", &json!({ "policy": policy }));
    }

    /// Refuses what the policy does not allow to whoever signs with that key.
    pub(crate) fn policy_of(&self, access_key: &str, policy: &Value) {
        let request = json!({ "policy": policy, "access_key": access_key });
        self.control("POST", "policy", &request);
    }

    /// Every call since the last time that this was asked. The log itself is left alone: a call that came between reading
    /// and clearing it would be lost.
    pub(crate) fn calls(&self) -> Vec<Value> {
        match self.control("GET", "calls", &Value::Null) {
            Value::Array(calls) => {
                let seen = self.seen.swap(calls.len(), Ordering::Relaxed);
                calls[seen..].to_vec()
            }
            other => panic!("the call log is {other}"),
        }
    }

    /// A request to the server's own controls.
    fn control(&self, method: &str, name: &str, body: &Value) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the server listens");
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        write!(
            stream,
            "{method} /__ctl/{name} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("the request is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(
            answer.starts_with("HTTP/1.1 200"),
            "{method} {name}: {answer}"
        );
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        serde_json::from_str(body).unwrap_or(Value::Null)
    }

    /// billhook with this server for AWS, in a folder of its own.
    pub(crate) fn billhook(&self) -> Billhook {
        self.billhook_with("AKIAEXAMPLE")
    }

    /// The same, signing with a key of its own.
    pub(crate) fn billhook_with(&self, access_key: &str) -> Billhook {
        Billhook {
            folder: tempfile::tempdir().expect("a temporary folder"),
            endpoint: self.endpoint(),
            access_key: access_key.to_owned(),
        }
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a run came to.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// billhook in a folder of its own, with a server for AWS.
pub(crate) struct Billhook {
    folder: TempDir,
    endpoint: String,
    access_key: String,
}

impl Billhook {
    /// The command, not started yet.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_billhook"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_")
                || name.to_string_lossy().starts_with("BILLHOOK_")
            {
                command.env_remove(name);
            }
        }
        command
            .args(args)
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env_remove("XDG_CACHE_HOME")
            .env("NO_COLOR", "1")
            // What a run asks must not depend on the run before; `caching` takes this away.
            .env("BILLHOOK_NO_CACHE", "true")
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_ACCESS_KEY_ID", &self.access_key)
            .env("AWS_SECRET_ACCESS_KEY", "not-a-secret")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true");
        command
    }

    /// Runs it to its end with what earlier runs in its folder have kept, and expects an exit code.
    pub(crate) fn caching(&self, code: i32, args: &[&str]) -> Run {
        let mut command = self.command(args);
        let output = command.env_remove("BILLHOOK_NO_CACHE").output();
        let output = output.expect("billhook runs");
        let run = Run {
            code: output.status.code().expect("an exit code"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        };
        assert_eq!(run.code, code, "{args:?}\n{}\n{}", run.stdout, run.stderr);
        run
    }

    /// The access key that it signs with.
    pub(crate) fn access_key(&self) -> &str {
        &self.access_key
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        let output = self.command(args).output().expect("billhook runs");
        Run {
            code: output.status.code().expect("an exit code"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Runs it and expects an exit code.
    pub(crate) fn expect(&self, code: i32, args: &[&str]) -> Run {
        let run = self.run(args);
        assert_eq!(run.code, code, "{args:?}\n{}\n{}", run.stdout, run.stderr);
        run
    }

    /// The report that the last run wrote.
    pub(crate) fn report(&self) -> Value {
        let text = fs::read_to_string(self.folder.path().join("billhook-out/report.json"))
            .expect("report.json");
        serde_json::from_str(&text).expect("JSON")
    }

    /// A file in its folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
