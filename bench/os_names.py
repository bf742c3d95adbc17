"""Names of operating systems as recordings give them (LibreNMS's) → our platforms.

Models and versions follow some names (`dlink-des2`). Of several platforms those that the content
has are meant. A name that is not listed belongs to no platform of ours: `generic` is right for it.
"""

from __future__ import annotations

import re
from collections.abc import Container

PLATFORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"routeros", ("mikrotik_routeros",)),
    (r"swos", ("mikrotik_switchos",)),
    (r"dlink(?!ap)", ("dlink_ds",)),
    (r"eltex-mes", ("eltex",)),
    (r"eltex-olt", ("eltex_ltp", "eltex_olt")),
    (r"snr(?!-erd)", ("snr",)),
    (r"ios(xe)?(?![a-z])", ("cisco_ios",)),
    (r"ciscosb", ("cisco_s300",)),
    (r"vrp|yunshan", ("huawei_vrp",)),
    (r"smartax", ("huawei_smartax", "huawei_olt")),
    (r"zxr10", ("zte_zxros",)),
    (r"zxa10", ("zte_zxa10", "zte_olt", "zte_c300")),
    (r"fs-bdcom", ("bdcom",)),
    (r"bdcom", ("bdcom_olt", "bdcom")),
    (r"zynos", ("zyxel_os",)),
    (r"jetstream|tplink", ("tplink_jetstream",)),
    (r"edgecos", ("edgecore",)),
    (r"procurve", ("hp_procurve",)),
    (r"comware", ("hp_comware",)),
    (r"arubaos-cx", ("aruba_aoscx",)),
    (r"junos", ("juniper_junos",)),
    (r"xos", ("extreme_exos",)),
    (r"boss|avaya-ers", ("extreme_ers",)),
    (r"voss|avaya-vsp", ("extreme_vsp", "extreme_ers")),
    (r"vsol", ("vsol", "vsol_olt")),
    (r"cdata", ("cdata", "cdata_olt")),
    (r"edgeosolt", ("ubiquiti_ufiber", "ufiber")),
    (r"airos", ("ubiquiti_airos",)),
    (r"epmp", ("cambium_epmp",)),
    (r"pmp|canopy(?!-cmm)", ("cambium_pmp450",)),
    (r"cnwave", ("cambium_cnwave60",)),
    (r"cnmatrix", ("cambium_cnmatrix",)),
    (r"linux|openwrt|dd-wrt", ("linux",)),
)


def platforms_of(os_name: str, known: Container[str]) -> tuple[str, ...]:
    """Our platforms for an operating system, as far as the content has them; none for a strange
    one."""
    for pattern, names in PLATFORMS:
        if re.match(pattern, os_name):
            return tuple(name for name in names if name in known)
    return ()
