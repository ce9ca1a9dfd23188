"""Names that are too wide to say where: boroughs, towns, cities, counties, regions, countries.

The article on the deployments of 2023 gives the borough of Islington, home to 240,000 people, as
the whole location of one of them; the published record prints many like it. Such a name alone is
refused, in whatever form it is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

__all__ = [
    "CITIES",
    "COUNTIES",
    "COUNTRIES",
    "DISTRICTS",
    "LONDON_BOROUGHS",
    "OTHER_BOROUGHS",
    "REGIONS",
    "locality",
    "same_place",
]


def _fold(text: str) -> str:
    """Return the words of a name in lower case, without accents and punctuation."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text).casefold()
        if not unicodedata.combining(letter)
    )
    bare = re.sub(r"['\N{RIGHT SINGLE QUOTATION MARK}]", "", bare.replace("&", " and "))
    words = re.sub(r"[\W_]+", " ", bare).split()
    return " ".join("st" if word == "saint" else word for word in words)


def _names(text: str) -> frozenset[str]:
    """Return the folded names of a list with one or several a line, parted by semicolons."""
    return frozenset(_fold(name) for name in text.replace("\n", ";").split(";") if name.strip())


LONDON_BOROUGHS: Final = _names("""
Barking and Dagenham; Barnet; Bexley; Brent; Bromley; Camden; Croydon; Ealing; Enfield; Greenwich
Hackney; Hammersmith and Fulham; Haringey; Harrow; Havering; Hillingdon; Hounslow; Islington
Kensington and Chelsea; Kingston upon Thames; Lambeth; Lewisham; Merton; Newham; Redbridge
Richmond upon Thames; Southwark; Sutton; Tower Hamlets; Waltham Forest; Wandsworth; Westminster
City of London
""")
"""The 32 London boroughs and the City of London."""

OTHER_BOROUGHS: Final = _names("""
Barnsley; Bolton; Bury; Calderdale; Dudley; Gateshead; Kirklees; Knowsley; North Tyneside; Oldham
Rochdale; Rotherham; Sandwell; Sefton; Solihull; South Tyneside; St Helens; Stockport; Tameside
Trafford; Walsall; Wigan; Wirral; Bedford; Blackburn; Blackburn with Darwen; Blackpool
Bournemouth; Bournemouth Christchurch and Poole; Poole; Bracknell; Bracknell Forest; Darlington
Halton; Hartlepool; Luton; Medway; Middlesbrough; North East Lincolnshire; North Lincolnshire
North Somerset; Reading; Redcar; Redcar and Cleveland; Slough; South Gloucestershire
Stockton on Tees; Stockton; Swindon; Telford; Telford and Wrekin; Thurrock; Torbay; Warrington
West Berkshire; Windsor; Windsor and Maidenhead; Maidenhead; Wokingham; Basildon; Burnley
Charnwood; Cheltenham; Chesterfield; Crawley; Dacorum; Dartford; Dover; Eastbourne; Elmbridge
Gravesham; Guildford; Harlow; Hastings; Hertsmere; Hyndburn; Ipswich; Maidstone; Mansfield
Northampton; Nuneaton and Bedworth; Pendle; Reigate and Banstead; Rossendale; Rugby; Runnymede
Rushcliffe; Rushmoor; Sevenoaks; Spelthorne; Stevenage; Surrey Heath; Swale; Tamworth; Thanet
Tonbridge and Malling; Tunbridge Wells; Watford; Woking
""")
"""Metropolitan boroughs, and other boroughs and districts by whose name people call a town."""

CITIES: Final = _names("""
Bath; Birmingham; Bradford; Brighton and Hove; Bristol; Cambridge; Canterbury; Carlisle
Chelmsford; Chester; Chichester; Colchester; Coventry; Derby; Doncaster; Durham; Ely; Exeter
Gloucester; Hereford; Kingston upon Hull; Lancaster; Leeds; Leicester; Lichfield; Lincoln
Liverpool; London; Manchester; Milton Keynes; Newcastle upon Tyne; Norwich; Nottingham; Oxford
Peterborough; Plymouth; Portsmouth; Preston; Ripon; Salford; Salisbury; Sheffield; Southampton
Southend on Sea; St Albans; Stoke on Trent; Sunderland; Truro; Wakefield; Wells; Westminster
Winchester; Wolverhampton; Worcester; York; Aberdeen; Dundee; Dunfermline; Edinburgh; Glasgow
Inverness; Perth; Stirling; Bangor; Cardiff; Newport; St Asaph; St Davids; Swansea; Wrexham
Armagh; Belfast; Derry; Lisburn; Londonderry; Newry; Brighton; Hove; Hull; Newcastle; Southend
Stoke; City; Square Mile; City centre; Town centre
""")
"""The cities of the United Kingdom, short forms of their names, and a centre without a name."""

COUNTIES: Final = _names("""
Bedfordshire; Berkshire; Buckinghamshire; Cambridgeshire; Cheshire; Cornwall; Cumbria; Derbyshire
Devon; Dorset; East Riding; East Riding of Yorkshire; East Sussex; Essex; Gloucestershire
Greater Manchester; Hampshire; Herefordshire; Hertfordshire; Isle of Wight; Isles of Scilly; Kent
Lancashire; Leicestershire; Lincolnshire; Merseyside; Norfolk; North Yorkshire; Northamptonshire
Northumberland; Nottinghamshire; Oxfordshire; Rutland; Shropshire; Somerset; South Yorkshire
Staffordshire; Suffolk; Surrey; Tyne and Wear; Warwickshire; West Sussex; West Yorkshire
Wiltshire; Worcestershire; Avon; Cleveland; Cumberland; Humberside; Huntingdonshire; Middlesex
Sussex; Westmorland; Yorkshire; Aberdeenshire; Angus; Argyll; Argyll and Bute; Ayrshire
East Ayrshire; North Ayrshire; South Ayrshire; Banffshire; Berwickshire; Caithness
Clackmannanshire; Dumfries and Galloway; Dumfriesshire; Dunbartonshire; East Dunbartonshire
West Dunbartonshire; East Lothian; East Renfrewshire; Falkirk; Fife; Highland; Inverclyde
Inverness shire; Kincardineshire; Kinross shire; Kirkcudbrightshire; Lanarkshire
North Lanarkshire; South Lanarkshire; Midlothian; Moray; Nairnshire; Orkney; Peeblesshire
Perth and Kinross; Perthshire; Renfrewshire; Ross and Cromarty; Roxburghshire; Scottish Borders
Selkirkshire; Shetland; Stirlingshire; Sutherland; West Lothian; Western Isles; Wigtownshire
Anglesey; Isle of Anglesey; Blaenau Gwent; Breconshire; Bridgend; Caernarfonshire; Caerphilly
Cardiganshire; Carmarthenshire; Ceredigion; Clwyd; Conwy; Denbighshire; Dyfed; Flintshire
Glamorgan; Mid Glamorgan; South Glamorgan; West Glamorgan; Vale of Glamorgan; Gwent; Gwynedd
Merionethshire; Merthyr Tydfil; Monmouthshire; Montgomeryshire; Neath Port Talbot; Pembrokeshire
Powys; Radnorshire; Rhondda Cynon Taf; Torfaen; Antrim; Down; Fermanagh; Tyrone
""")
"""Counties, ceremonial and historic, and the council areas of Scotland and Wales."""

REGIONS: Final = _names("""
Greater London; Inner London; Outer London; Central London; East Anglia; East Midlands
East of England; Home Counties; Midlands; North East; North East England; North West
North West England; South East; South East England; South West; South West England; Thames Valley
West Country; West Midlands; Yorkshire and the Humber; Northern England; Southern England
Scottish Highlands; Highlands and Islands; Ulster
""")
"""Regions."""

COUNTRIES: Final = _names("""
England; Scotland; Wales; Cymru; Northern Ireland; Ireland; United Kingdom; UK; Great Britain
Britain; England and Wales; GB
""")
"""The countries of the United Kingdom, and their union."""

DISTRICTS: Final = _names("""
Acton; Barking; Belvedere; Bethnal Green; Bexleyheath; Camden Town; Catford; Chelsea; Dagenham
Dalston; East Ham; Edmonton; Fulham; Hammersmith; Harlesden; Ilford; Kensington; Kentish Town
Kingston; Leyton; Peckham; Richmond; Romford; Shepherds Bush; Southall; Stratford; Thornton Heath
Tooting; Tottenham; Uxbridge; Walthamstow; Wembley; Whitechapel; Wimbledon; Wood Green; Woolwich
""")
"""Parts of London; the published record prints most of them as all there is to say of where."""

_PREFERRED_FIRST: Final = (
    ("a place that the rules of the force call too wide", frozenset[str]()),
    ("the town itself", frozenset[str]()),
    ("a London borough", LONDON_BOROUGHS),
    ("a part of London", DISTRICTS),
    ("a borough or town", OTHER_BOROUGHS),
    ("a city", CITIES),
    ("a county", COUNTIES),
    ("a region", REGIONS),
    ("a country", COUNTRIES),
)
_KINDS: Final = tuple(kind for kind, _ in _PREFERRED_FIRST)
_NOTHING: Final = len(_KINDS)
_KNOWN: Final = {
    name: place
    for place, (_, names) in reversed(list(enumerate(_PREFERRED_FIRST)))
    for name in names
}
_LONGEST: Final = max(len(name.split()) for name in _KNOWN)

_ROUND_THEM: Final = _names("""
and; area; authority; borough; boroughs; central; centre; city; council; counties; county; district
east; in; inner; london; metropolitan; near; north; of; outer; part; region; royal; south; the; town
unitary; west
""")
"""What may stand round such a name and make it no narrower."""

_POSTCODE: Final = re.compile(r"(?:ec|nw|se|sw|wc|[enw])[0-9]{1,2}[a-z]?")
"""A postcode district of London, such as `N1`, which is as wide as a borough."""

_FORMS: Final = (
    re.compile(
        r"(?:the )?(?:(?:london|royal|metropolitan) )*(?:borough|city|county|district) of \w+"
    ),
    re.compile(r"\w+(?: \w+){0,3}(?<!\bthe) (?:borough|(?:city|county|district) council)"),
    re.compile(r"\w+(?: \w+){0,3} borough council"),
)
"""Forms that say what they name, whatever the name: `Borough of X`, `X Borough Council`."""


def locality(text: str, *, town: str = "", also: Iterable[str] = ()) -> str | None:
    """Say what a name is when it names a locality alone, or several; `None` when it says more.

    Args:
        text: the name, for example `London Borough of Camden` or `Islington, London`.
        town: the town the place is in, which alone says no more.
        also: names that are too wide besides those listed here.
    """
    words = _fold(text).split()
    own = dict.fromkeys(map(_fold, also), 0) | {_fold(town): 1}
    found = _made_of_localities(words, own)
    if found is None and any(form.fullmatch(" ".join(words)) for form in _FORMS):
        return "a borough, city, county or district"
    return found


def same_place(one: str, other: str) -> bool:
    """Return whether two names are the same but for case, accents and punctuation."""
    return _fold(one) == _fold(other)


def _made_of_localities(words: list[str], own: Mapping[str, int]) -> str | None:
    """Return the kind to name when `words` are localities and nothing else.

    Args:
        words: of the name, folded.
        own: folded names that count here too, each with its place in `_KINDS`.
    """
    # By number of words read: the kind to name so far, as its place in `_KINDS`.
    reached = {0: _NOTHING}
    longest = max(_LONGEST, *(len(name.split()) for name in own))
    for start in range(len(words)):
        if start not in reached:
            continue
        for stop in range(start + 1, min(len(words), start + longest) + 1):
            name = " ".join(words[start:stop])
            kind = own.get(name, _KNOWN.get(name))
            if kind is None and (name in _ROUND_THEM or _POSTCODE.fullmatch(name)):
                kind = _NOTHING
            if kind is not None:
                reached[stop] = min(kind, reached[start], reached.get(stop, _NOTHING))
    kind = reached.get(len(words), _NOTHING)
    return None if kind == _NOTHING else _KINDS[kind]
