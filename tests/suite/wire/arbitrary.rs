//! Any bytes at all, and any message at all.

use std::time::Duration;

use entraide_common::ids::SessionId;
use entraide_common::input::{Button, KeyCode};
use entraide_common::limits;
use entraide_common::screen::Rect;
use entraide_common::screen::film::Area;
use entraide_common::wire::addresses::Addresses;
use entraide_common::wire::control::{
    Back, Chat, Denied, End, Grant, Granted, Hold, Monitor, MonitorChoice, Reason, Spot, ToHelper, ToHost,
};
use entraide_common::wire::cursor::{Cursor, Position, Shape};
use entraide_common::wire::directory::{Request, Response};
use entraide_common::wire::film::{Film, FilmAck, Shot};
use entraide_common::wire::guess::Guess;
use entraide_common::wire::input::{Act, Event, Input};
use entraide_common::wire::open::{Header, Open, StreamKind};
use entraide_common::wire::pair::Pair;
use entraide_common::wire::pulse::{Ask, Pulse};
use entraide_common::wire::screen::{Drawn, Frame, Piece, Playing, Region, Screen, ScreenAck, Taken};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::Family;

const REASONS: [Reason; 9] = [
    Reason::Person,
    Reason::Escape,
    Reason::TimeOver,
    Reason::Question,
    Reason::TooOften,
    Reason::Unable,
    Reason::Closing,
    Reason::Protocol,
    Reason::Lost,
];

fn grant() -> impl Strategy<Value = Grant> {
    select(&Grant::ALL[..])
}

fn reason() -> impl Strategy<Value = Reason> {
    select(&REASONS[..])
}

fn denied() -> impl Strategy<Value = Denied> {
    (grant(), reason()).prop_map(|(what, reason)| Denied { what, reason })
}

/// Letters of one to four bytes.
fn text(most: usize) -> impl Strategy<Value = String> {
    vec(select(vec!['a', ' ', '\n', '\t', 'é', '\u{202f}', '漢', '\u{1f600}']), 0..=most)
        .prop_map(String::from_iter)
}

fn chat() -> impl Strategy<Value = Chat> {
    text(40).prop_map(|text| Chat { text })
}

fn end() -> impl Strategy<Value = End> {
    (reason(), text(40)).prop_map(|(reason, text)| End { reason, text })
}

fn monitor() -> impl Strategy<Value = Monitor> {
    let at = -8_192..=8_192_i32;
    let side = 1..=limits::PICTURE_SIDE;
    (any::<u32>(), at.clone(), at, side.clone(), side, 10..=1_000_u32, any::<bool>()).prop_map(
        |(id, x, y, width, height, scale_percent, primary)| Monitor {
            id,
            x,
            y,
            width,
            height,
            scale_percent,
            primary,
        },
    )
}

fn back() -> impl Strategy<Value = Back> {
    let hold = prop::option::of(select(vec![Hold::Question, Hold::OwnWindow, Hold::Hand]));
    let grants = vec(grant(), 0..=Grant::ALL.len());
    (grants, any::<u32>(), prop::option::of(grant()), hold, any::<bool>()).prop_map(
        |(grants, generation, asking, hold, paused)| Back { grants, generation, asking, hold, paused },
    )
}

fn to_helper() -> impl Strategy<Value = ToHelper> {
    let hold = prop::option::of(select(vec![Hold::Question, Hold::OwnWindow, Hold::Hand]));
    prop_oneof![
        grant().prop_map(ToHelper::Asking),
        (grant(), any::<u32>())
            .prop_map(|(what, generation)| ToHelper::Granted(Granted { what, generation })),
        denied().prop_map(ToHelper::Revoked),
        denied().prop_map(ToHelper::Refused),
        hold.prop_map(ToHelper::Hold),
        vec(monitor(), 0..=limits::MONITORS).prop_map(ToHelper::Monitors),
        any::<bool>().prop_map(ToHelper::Paused),
        chat().prop_map(ToHelper::Chat),
        end().prop_map(ToHelper::End),
        back().prop_map(ToHelper::Back),
        any::<u32>().prop_map(ToHelper::Heard),
    ]
}

fn to_host() -> impl Strategy<Value = ToHost> {
    prop_oneof![
        grant().prop_map(ToHost::Request),
        Just(ToHost::Release(())),
        prop::option::of(any::<u32>())
            .prop_map(|one| ToHost::Monitor(one.map_or(MonitorChoice::All, MonitorChoice::One))),
        chat().prop_map(ToHost::Chat),
        end().prop_map(ToHost::End),
        any::<(i32, i32)>().prop_map(|(x, y)| ToHost::Point(Spot { x, y })),
        any::<u32>().prop_map(ToHost::Heard),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    let act = prop_oneof![
        any::<(u16, bool)>().prop_map(|(code, down)| Act::Key { code: KeyCode(code), down }),
        text(limits::INPUT_TEXT_CHARS).prop_map(Act::Text),
        any::<(i32, i32)>().prop_map(|(x, y)| Act::Pointer { x, y }),
        any::<(u8, bool)>().prop_map(|(button, down)| Act::Button { button: Button(button), down }),
        any::<(i16, i16)>().prop_map(|(dx, dy)| Act::Wheel { dx, dy }),
        Just(Act::ReleaseAll),
    ];
    (any::<u32>(), act).prop_map(|(generation, act)| Input::Event(Event { generation, act }))
}

fn screen() -> impl Strategy<Value = Screen> {
    (any::<u32>(), any::<u64>(), any::<u64>(), vec(any::<u8>(), 0..300)).prop_map(
        |(generation, sequence, captured_us, payload)| {
            Screen::Frame(Frame { generation, sequence, captured_us, payload })
        },
    )
}

fn region() -> impl Strategy<Value = Screen> {
    let rect = (0..8_000_u32, 0..8_000_u32, 1..192_u32, 1..192_u32);
    (any::<(u32, u32, bool, u32)>(), option::of((rect, any::<u16>()))).prop_map(|(said, place)| {
        let (generation, version, with_frame, film) = said;
        let film = place.map(|((x, y, width, height), tiles)| {
            let mut area = Area::new(Rect { x, y, width, height });
            (0..area.count()).for_each(|tile| area.set(tile, tiles >> tile & 1 == 1));
            Playing { film, area }
        });
        Screen::Region(Region { generation, version, with_frame, film })
    })
}

fn cursor() -> impl Strategy<Value = Cursor> {
    let shape =
        (1..9_u32, 1..9_u32, any::<(u8, u8)>(), any::<u8>()).prop_map(|(width, height, hot, colour)| {
            let (hot_x, hot_y) = (u32::from(hot.0) % width, u32::from(hot.1) % height);
            let rgba = std::vec![colour; width as usize * height as usize * 4];
            Cursor::Shape(Shape { width, height, hot_x, hot_y, rgba })
        });
    let position = any::<(i32, i32, bool)>();
    prop_oneof![shape, position.prop_map(|(x, y, visible)| Cursor::Position(Position { x, y, visible }))]
}

fn open() -> impl Strategy<Value = Open> {
    (any::<[u8; 16]>(), select(&StreamKind::ALL[..]), any::<u32>(), any::<bool>()).prop_map(
        |(session, kind, epoch, again)| {
            let header = Header { session: SessionId(session), kind, epoch };
            if again { Open::Again(header) } else { Open::Header(header) }
        },
    )
}

fn returns<M: Family>(message: &M) -> Result<(), TestCaseError> {
    let bytes = message.encode();
    prop_assert!(bytes.len() <= M::LIMIT, "{} bytes of {}", bytes.len(), M::NAME);
    let decoded = M::decode(&bytes);
    prop_assert_eq!(decoded.as_ref(), Ok(message));
    Ok(())
}

/// Either no message, or one that our own bytes say as well.
fn read<M: Family>(bytes: &[u8]) -> Result<(), TestCaseError> {
    M::decode(bytes).map_or(Ok(()), |message| returns(&message))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_said_is_heard(
        to_helper in to_helper(),
        to_host in to_host(),
        input in input(),
        screen in screen(),
        region in region(),
        noise in vec(any::<u8>(), 0..200),
        drawn in any::<(u32, u64)>(),
        cursor in cursor(),
        open in open(),
        ask in any::<(u32, u32, Option<u32>)>(),
    ) {
        returns(&to_helper)?;
        returns(&to_host)?;
        returns(&input)?;
        returns(&screen)?;
        returns(&Film::Shot(Shot { version: drawn.0, captured_us: drawn.1, payload: noise.clone() }))?;
        returns(&FilmAck::Again(drawn.0))?;
        returns(&region)?;
        returns(&Screen::Piece(Piece { payload: noise }))?;
        returns(&ScreenAck::Drawn(Drawn { generation: drawn.0, sequence: drawn.1 }))?;
        returns(&ScreenAck::Taken(Taken { bytes: drawn.1 }))?;
        returns(&cursor)?;
        returns(&open)?;
        let time = |ms: u32| Duration::from_millis(ms.into());
        let ask = Ask { number: ask.0, next: time(ask.1), round_trip: ask.2.map(time) };
        returns(&Pulse::Ask(ask))?;
        returns(&Pulse::Answer(ask.number))?;
        returns(&Pulse::Hurry(()))?;
    }

    #[test]
    fn noise_is_an_error_and_no_panic(number in 0..12_u8, noise in vec(any::<u8>(), 0..200)) {
        let bytes = [&[number], &noise[..]].concat();
        read::<ToHelper>(&bytes)?;
        read::<ToHost>(&bytes)?;
        read::<Input>(&bytes)?;
        read::<Screen>(&bytes)?;
        read::<ScreenAck>(&bytes)?;
        read::<Film>(&bytes)?;
        read::<FilmAck>(&bytes)?;
        read::<Cursor>(&bytes)?;
        read::<Open>(&bytes)?;
        read::<Pair>(&bytes)?;
        read::<Request>(&bytes)?;
        read::<Response>(&bytes)?;
        read::<Addresses>(&bytes)?;
        read::<Guess>(&bytes)?;
        read::<Pulse>(&bytes)?;
    }
}
