//! Whether a listener starts, and where it binds (semantics.md 1).

use crate::table::check;

fn bound(lines: &str, expected: &str) {
    let ini = format!("[Notes]\nServerName=CN=mx1/O=Acme\n{lines}");
    check(&[("acme.toml", "[[server]]\nname = \"mx1/Acme\"\n"), ("notes.ini", &ini)], expected);
}

#[test]
fn the_first_of_ports() {
    bound(
        "Ports=TCPIP,PUB ①\nTCPIP=TCP,0,15,0\nPUB=TCP,0,15,0\nTCPIP_TcpIpAddress=0,10.0.0.1:1352 ②\nPUB_TcpIpAddress=0,192.0.2.1:1352\n",
        "
        mx1/Acme bind_port = TCPIP @①
        mx1/Acme bind_address = 10.0.0.1 @②
        ",
    );
}

#[test]
fn any_address_where_the_port_has_none() {
    bound(
        "Ports=TCPIP ①\n",
        "
        mx1/Acme bind_port = TCPIP @①
        mx1/Acme bind_address = any @①
        ",
    );
}

#[test]
fn smtp_notes_port_beats_the_first() {
    bound(
        "Ports=TCPIP, PUB ①\nSMTPNotesPort=pub ②\nTCPIP_TcpIpAddress=0,10.0.0.1:1352\nPUB_TCPIPADDRESS=0,192.0.2.1:1352 ③\n",
        "
        mx1/Acme bind_port = pub @②
        mx1/Acme bind_address = 192.0.2.1 @③
        ",
    );
}

#[test]
fn smtp_notes_port_may_name_two() {
    bound(
        "Ports=TCPIP,V4,V6\nSMTPNotesPort=V4,V6 ①\nV4_TcpIpAddress=0,192.0.2.1:1352 ②\nV6_TcpIpAddress=0,[2001:db8::1]:1352 ③\n",
        "
        mx1/Acme bind_port = V4,V6 @①
        mx1/Acme bind_address = 192.0.2.1, 2001:db8::1 @② with ③
        ",
    );
    bound(
        "Ports=TCPIP,V4,V6\nSMTPNotesPort=V4, V6 ①\nV4_TcpIpAddress=0,192.0.2.1:1352\n",
        "mx1/Acme bind_address = any @①",
    );
}

#[test]
fn a_port_that_is_not_there_binds_nobody_knows_where() {
    for ports in ["PUBLIC ①", "TCPIP,PUBLIC ①"] {
        bound(
            &format!("Ports=TCPIP\nSMTPNotesPort={ports}\n"),
            "
            mx1/Acme bind_port ? …not among the Ports… @①
            mx1/Acme bind_address ? …not among the Ports… @①
            ",
        );
    }
}

#[test]
fn a_blank_smtp_notes_port_is_none() {
    bound("Ports=TCPIP ①\nSMTPNotesPort=\n", "mx1/Acme bind_port = TCPIP @①");
}

#[test]
fn without_ports_nothing_is_known() {
    bound(
        "SMTPDebug=0\n",
        "
        mx1/Acme bind_port ? …names no Ports @-
        mx1/Acme bind_address ? …names no Ports @-
        ",
    );
    check(
        &[("acme.toml", "[[server]]\nname = \"mx1/Acme\"\n")],
        "
        mx1/Acme bind_port ? …no notes.ini of mx1/Acme… @-
        mx1/Acme bind_address ? …no notes.ini of mx1/Acme… @-
        ",
    );
}

#[test]
fn ports_set_twice_to_different_values_are_not_chosen_from() {
    bound(
        "Ports=TCPIP ①\nPorts=PUB ②\n",
        "
        mx1/Acme bind_port ? …set twice… @① hides ②
        mx1/Acme bind_address ? …set twice…
        ",
    );
}

#[test]
fn an_address_that_is_not_understood_is_not_guessed() {
    bound("Ports=TCPIP\nTCPIP_TcpIpAddress=nonsense ①\n", "mx1/Acme bind_address ? …not understood @①");
}

fn listener(task: &str, ini: &str, expected: &str) {
    let server = format!("[[server]]\nname = \"mx1/Acme\"\n{task}\n");
    let ini = format!("[Notes]\nServerName=CN=mx1/O=Acme\n{ini}\n");
    check(&[("acme.toml", &server), ("notes.ini", &ini)], &format!("mx1/Acme listener {expected}"));
}

#[test]
fn the_listener_task_decides() {
    listener("smtp_listener = true ①", "ServerTasks=Replica,Router", "= true @①");
    listener("smtp_listener = false ①", "ServerTasks=Replica,Router", "= false @①");
    listener("smtp_listener = false ①", "", "= false @①");
    listener("", "ServerTasks=Replica,Router", "default false");
}

#[test]
fn smtp_in_server_tasks_makes_off_uncertain_and_never_on() {
    for tasks in ["Replica,Router,SMTP", "smtp", "Router, smtp ,HTTP"] {
        listener("smtp_listener = false ①", &format!("ServerTasks={tasks} ②"), "? …ServerTasks… @① with ②");
        listener("smtp_listener = true ①", &format!("ServerTasks={tasks}"), "= true @①");
    }
    listener("smtp_listener = false ①", "ServerTasks=Router,smtpx,certmgr -smtp", "= false @①");
    listener("smtp_listener = false ①", "ServerTasks=Router ②\nServerTasks=Router,SMTP", "? …ServerTasks… @① with ②");
}

#[test]
fn without_notes_ini_the_listener_task_is_believed() {
    check(
        &[("acme.toml", "[[server]]\nname = \"mx1/Acme\"\nsmtp_listener = false ①\n")],
        "mx1/Acme listener = false @①",
    );
}

#[test]
fn tasks_of_a_setup_file() {
    for (key, expected) in [
        (r#""serverTasks": "replica,router,smtp" ①"#, "? …ServerTasks…"),
        (r#""additionalServerTasks": "smtp" ①"#, "? …ServerTasks…"),
        (r#""serverTasks": "replica,router,certmgr -ACCEPT_TOU_AUTO_CONFIG""#, "= false @②"),
        (r#""additionalServerTasks": "http""#, "= false @②"),
    ] {
        let json = format!(
            r#"{{
"serverSetup": {{
  "server": {{ "type": "first", "name": "mx1", "domainName": "Acme", {key}
  }},
  "org": {{ "orgName": "Acme" }}
}},
"appConfiguration": {{ "databases": [ {{ "filePath": "names.nsf", "documents": [
  {{ "action": "update", "findDocument": {{ "Form": "Server" }}, "items": {{ "SMTPListenerEnabled": "0" ②
  }} }}
] }} ] }}
}}"#
        );
        check(&[("setup.json", &json)], &format!("mx1/Acme listener {expected}"));
    }
}
