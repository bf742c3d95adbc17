"""Nagios 4: parents set, three attempts five seconds apart, its packaged plugin."""

from __future__ import annotations

import time
from pathlib import Path

from bench.cut.space import ALIVE, ROOT, checked, cut, first, hosts, run, started, wait

NEEDS = ("nagios4", ALIVE[0])


def measure(folder: Path, seconds: float) -> dict[str, float | None]:
    """What its log says of the cut."""
    config, log = _files(folder)
    with started(folder, "nagios4", str(config)):
        wait(lambda: checked(folder / "status.dat") >= len(hosts()), 180)
        since = cut()
        named = first(lambda: f"HOST ALERT: {ROOT};DOWN;HARD" in log.read_text(), since, seconds)
        time.sleep(max(0.0, seconds - (time.monotonic() - since)))
        lines = log.read_text().splitlines()
    told = [line for line in lines if "HOST NOTIFICATION" in line and ";DOWN;" in line]
    below = [line for line in lines if "HOST NOTIFICATION" in line and ";UNREACHABLE;" in line]
    return {
        "root_named_s": named,
        "told_down": float(len(told)),
        "told_unreachable": float(len(below)),
        "told_of_others_than_the_root": float(len([t for t in told if f";{ROOT};" not in t])),
    }


def _files(folder: Path) -> tuple[Path, Path]:
    command = " ".join((*ALIVE, "-H", "$HOSTADDRESS$"))
    days = "\n".join(
        f" {day} 00:00-24:00"
        for day in ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
    )
    usual = (
        "check_command alive\n check_interval 60\n retry_interval 5\n max_check_attempts 3\n"
        " check_period always\n notification_period always\n notification_options d,u,r\n"
        " notification_interval 0\n contacts noc"
    )
    blocks = [
        f"define command {{\n command_name alive\n command_line {command}\n}}",
        "define command {\n command_name nop\n command_line /bin/true\n}",
        f"define timeperiod {{\n timeperiod_name always\n alias always\n{days}\n}}",
        "define contact {\n contact_name noc\n host_notification_period always\n"
        " service_notification_period always\n host_notification_commands nop\n"
        " service_notification_commands nop\n host_notification_options d,u,r\n"
        " service_notification_options n\n}",
        "define service {\n host_name core\n service_description one\n check_command nop\n"
        " check_interval 3600\n retry_interval 60\n max_check_attempts 3\n check_period always\n"
        " notification_period always\n contacts noc\n}",
    ]
    for name, address, parent in hosts():
        above = f"\n parents {parent}" if parent else ""
        blocks.append(f"define host {{\n host_name {name}\n address {address}\n {usual}{above}\n}}")
    (folder / "objects.cfg").write_text("\n".join(blocks) + "\n")
    for part in ("rw", "spool"):
        (folder / part).mkdir()
    config = folder / "nagios.cfg"
    config.write_text(
        f"log_file={folder}/nagios.log\ncfg_file={folder}/objects.cfg\n"
        f"object_cache_file={folder}/cache\nstatus_file={folder}/status.dat\n"
        f"status_update_interval=1\nnagios_user=nagios\nnagios_group=nagios\n"
        f"command_file={folder}/rw/nagios.cmd\nlock_file={folder}/nagios.pid\n"
        f"temp_file={folder}/tmp\ntemp_path={folder}/rw\ncheck_result_path={folder}/spool\n"
        "check_result_reaper_frequency=1\ninterval_length=1\nmax_host_check_spread=60\n"
        "host_inter_check_delay_method=s\ncached_host_check_horizon=5\nuse_syslog=0\n"
        "retain_state_information=0\nenable_flap_detection=0\nenable_notifications=1\n"
        "enable_predictive_host_dependency_checks=1\nexecute_host_checks=1\ncheck_for_updates=0\n"
    )
    run("chown", "-R", "nagios:nagios", str(folder))
    return config, folder / "nagios.log"
