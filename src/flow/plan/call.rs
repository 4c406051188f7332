//! What a call should become: first whether it is anybody's call at all, then, once the client is known, what the
//! matrix makes of it (seed: "настройте матрицу интеграции").

use serde::{Deserialize, Serialize};

use super::drafting::Drafting;
use super::{Creates, LeadUse, Plan, assign, name_both};
use crate::amocrm::directory::Directory;
use crate::config::{CallKind, ClientState, MatrixRow, Moment, Policy, Responsible, Settings, TaskTemplate};
use crate::event::{Call, CallResult, Direction, Event, Phase};
use crate::flow::made::{Before, Made};
use crate::flow::outcome::Reason;
use crate::flow::ticket::Ticket;
use crate::phone;
use crate::rules::draft::{Draft, Native, Origin};
use crate::rules::employees::{self, Took};
use crate::rules::identity::{self, Identity, country};
use crate::rules::matrix::{self, Situation};
use crate::rules::pipeline::Place;
use crate::rules::responsible::{self, CallUsers};
use crate::rules::task::{self, CallTask, TaskPlan};
use crate::rules::value::Values;
use crate::rules::{call_record, funnel, mapping, stop_list};
use crate::trace::{Entry, Trace};

/// What is known of a call without amoCRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scene {
    /// Kind of call.
    pub kind: CallKind,
    /// Who took part on the project's side.
    pub took: Took,
    /// The same for people: an employee, or the line that nobody is tied to.
    pub name: String,
    /// Begin of the talk when somebody talked long enough to count, unix seconds.
    pub talked_at: Option<i64>,
}

impl Scene {
    /// The user in amoCRM who took part.
    pub fn user(&self) -> Option<u64> {
        self.took.user()
    }
}

/// When the call began, as well as can be told.
pub fn began(call: &Call, received_at: i64) -> i64 {
    if call.started_at > 0 { call.started_at } else { received_at }
}

/// A plan that knows who called, or why nothing is made of the call.
pub fn begin(ticket: &Ticket, call: &Call, settings: &Settings, trace: &mut Trace) -> Result<Plan, Reason> {
    let country = country(settings);
    trace.add(|| {
        Entry::new("call", "intake", "call_read")
            .with("phase", serde_json::to_value(call.phase).unwrap_or_default())
            .with("status", call.status.as_str())
            .with("talk_seconds", call_record::talk_seconds(call))
    });
    if call.phase == Phase::InProgress {
        return Err(skip("call_in_progress", "", trace));
    }
    if let Some(entry) = stop_list::find(call, &settings.stop_list, &settings.lines, country, trace) {
        let path = stop_list::path(entry);
        let entry = settings.stop_list.get(entry);
        return Err(Reason::new("line_stopped")
            .with("path", path)
            .with("entry", serde_json::to_value(entry).unwrap_or_default()));
    }
    if call.direction == Direction::Internal {
        return Err(skip("internal_call", "", trace));
    }
    let number = call.client_number.trim();
    if number.is_empty() {
        return Err(skip("no_client_number", "", trace));
    }
    if let Some(owner) = employees::owner_of(number, &settings.employees, country) {
        return Err(skip("employee_number", &format!("/employees/{owner}"), trace).with("number", number));
    }
    let identity = identity::of_call(call, settings, trace);
    if identity.phones.is_empty() {
        return Err(skip("client_number_unreadable", "/default_country", trace).with("number", number));
    }
    let answering = employees::answering(call, &settings.employees, &settings.lines, country, trace);
    if let Some(line) = own_line(number, settings) {
        return Err(skip("own_line", &format!("/lines/{line}"), trace).with("number", number));
    }
    let Some(kind) = matrix::kind_of(call) else { return Err(skip("call_in_progress", "", trace)) };
    let rows = || settings.matrix.rows.iter().filter(|row| row.when.call.is_none_or(|of| of == kind));
    if call.phase == Phase::PickUp && !rows().any(|row| row.moment == Moment::PickUp) {
        return Err(skip("due_after_call", "/matrix/rows", trace));
    }
    let talked = call.phase == Phase::Completed
        && call.result == CallResult::Answered
        && call_record::talk_seconds(call) >= settings.matrix.close_missed_task.min_talk_seconds;
    let scene = Scene {
        kind,
        took: answering.took(),
        name: answering.name().to_owned(),
        talked_at: talked.then(|| began(call, ticket.received_at)),
    };
    Ok(Plan::unmade(identity, scene))
}

/// The project's own line that the number is: it is nobody's client.
fn own_line(number: &str, settings: &Settings) -> Option<usize> {
    settings.lines.iter().position(|line| phone::same(&line.number, number, country(settings)))
}

fn skip(code: &'static str, path: &str, trace: &mut Trace) -> Reason {
    trace.add(|| Entry::new("call", "scenario", code).at(path.to_owned()));
    Reason::new(code)
}

impl Plan {
    /// Nothing is decided yet.
    fn unmade(identity: Identity, scene: Scene) -> Plan {
        Plan {
            identity,
            contact: Draft::default(),
            lead: Draft::default(),
            creates: Creates { unsorted: false, contact: false, lead: false, note: false },
            update_known: false,
            open_lead: LeadUse::Ignore,
            tasks: Vec::new(),
            record: None,
            place: Place::default(),
            scene: Some(scene),
            stand_in: None,
            leftovers: Vec::new(),
        }
    }
}

/// The client as this call found him.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// Before the call made anything.
    pub before: Before,
    /// Whether he has an open lead, but for what this call made.
    pub open_lead: bool,
}

/// Completes the plan by the row of the matrix, or says why nothing is made.
pub fn decide(
    plan: &mut Plan,
    ticket: &Ticket,
    made: &Made,
    found: Found,
    settings: &Settings,
    directory: &Directory,
    trace: &mut Trace,
) -> Result<(), Reason> {
    let (Event::Call(call), Some(scene)) = (&ticket.event, plan.scene.clone()) else { return Ok(()) };
    let Before { client, responsible: crm } = found.before;
    let situation = Situation { call: scene.kind, client, answered_by: scene.took.answered_by(crm) };
    let Some(chosen) = matrix::choose(&settings.matrix, situation, trace) else {
        return Err(Reason::new(matrix::NO_ROW)
            .with("call", serde_json::to_value(scene.kind).unwrap_or_default())
            .with("client", serde_json::to_value(client).unwrap_or_default()));
    };
    let (row, path) = (chosen.row, chosen.path());
    let wanted = Wanted::of(row, call, made, found.open_lead, &path, trace)?;

    let values = Values::of(&ticket.event);
    let number = plan.identity.phones.first().map(|key| key.value().to_owned()).unwrap_or_default();
    let mut none = [];
    for contact in [true, false] {
        let rows = if contact { &settings.mapping.contact } else { &settings.mapping.lead };
        let place = if contact { Origin::Contact } else { Origin::Lead };
        let mapped = mapping::evaluate(rows, place, &ticket.event, &values, &mut none, trace);
        let drafting =
            Drafting { directory, settings, contact, leftovers: &mut plan.leftovers, trace: &mut *trace };
        let number = contact.then_some(number.as_str());
        let draft = drafting.draft(&mapped, &call.visit, &ticket.subject, number);
        *(if contact { &mut plan.contact } else { &mut plan.lead }) = draft;
    }
    let Plan { contact, lead, identity, .. } = plan;
    name_both(contact, lead, identity, "", settings, trace);
    plan.place = if wanted.lead {
        funnel::choose(&settings.funnel, directory, |variable| values.get(variable), trace)
    } else {
        Place::default()
    };
    let unsorted = wanted.unsorted && plan.place.takes_unsorted;
    if wanted.unsorted && !unsorted {
        trace
            .add(|| Entry::new("lead", "scenario", "unsorted_is_off").at(format!("{path}/creates/unsorted")));
    }

    let users = CallUsers { answered: scene.user(), crm, senior: settings.matrix.senior_user };
    let creates_any = wanted.contact || wanted.lead;
    let user = creates_any
        .then(|| {
            responsible::of_call(row.responsible, users, directory, &format!("{path}/responsible"), trace)
        })
        .flatten();
    assign(&mut plan.contact, &mut plan.lead, user);
    if row.responsible == Responsible::Answered {
        if creates_any && call.phase == Phase::PickUp && scene.took == Took::Nobody {
            plan.stand_in = user.or(Some(directory.account.current_user_id)).filter(|user| *user != 0);
        }
        let answered = scene.user().filter(|user| responsible::is_usable(*user, directory));
        if let (Some(answered), Some(stand_in)) = (answered, made.stand_in) {
            let contact = (client == ClientState::New).then_some(&mut plan.contact);
            relieve(contact.into_iter().chain([&mut plan.lead]), stand_in, answered);
        }
    }

    let users = CallUsers { crm: crm.or(user), ..users };
    let tasks = Tasks { ticket, scene: &scene, users, values: &values, client: &number, path: &path };
    plan.tasks.clear();
    if let Some(template) = wanted.completed_task {
        plan.tasks.push(tasks.plan(template, true, directory, trace));
    }
    let began = began(call, ticket.received_at);
    let talked_since = ticket.talked_at.is_some_and(|talked_at| talked_at > began);
    if let Some(template) = wanted.open_task
        && matrix::is_missed(scene.kind)
        && settings.matrix.close_missed_task.on
        && talked_since
    {
        trace.add(|| {
            Entry::new("task", "missed_call", "talked_since")
                .at("/matrix/close_missed_task")
                .with("text", template.text.as_str())
        });
    } else if let Some(template) = wanted.open_task {
        plan.tasks.push(tasks.plan(template, false, directory, trace));
    }
    plan.creates =
        Creates { unsorted, contact: wanted.contact || unsorted, lead: wanted.lead, note: wanted.note };
    plan.update_known = true;
    plan.open_lead = wanted.open_lead;
    let carried = unsorted && !found.open_lead || made.unsorted.is_some();
    let replaces = wanted.unsorted && !unsorted || row.creates.unsorted && found.open_lead;
    if carried && row.creates.call_record {
        trace.add(|| {
            Entry::new("note", "scenario", "carried_by_unsorted").at(format!("{path}/creates/call_record"))
        });
    }
    let record = wanted.record || (replaces && wanted.over);
    plan.record = (record && !carried).then(|| {
        let (link, language) = (settings.matrix.recording_link, settings.language);
        let mut record = call_record::of_call(call, &ticket.subject, link, country(settings), language);
        let user = scene.user().filter(|user| responsible::is_usable(*user, directory));
        record.params.call_responsible = user;
        record
    });
    Ok(())
}

/// It is told now who answered: what this call made goes over to him, unless somebody gave it to another since.
fn relieve<'a>(drafts: impl Iterator<Item = &'a mut Draft>, stand_in: u64, answered: u64) {
    for draft in drafts.filter(|draft| draft.responsible.is_none()) {
        draft.stand_in = Some(stand_in);
        draft.responsible = Some(Native {
            value: answered,
            policy: Policy::FillIfEmpty,
            origin: Origin::Locked,
            submitted: false,
        });
    }
}

/// What is still to be made by this message: what the row says, without what is not due yet or made already.
struct Wanted<'a> {
    unsorted: bool,
    contact: bool,
    lead: bool,
    record: bool,
    note: bool,
    open_task: Option<&'a TaskTemplate>,
    completed_task: Option<&'a TaskTemplate>,
    open_lead: LeadUse,
    /// The call is over.
    over: bool,
}

impl<'a> Wanted<'a> {
    fn of(
        row: &'a MatrixRow,
        call: &Call,
        made: &Made,
        open_lead: bool,
        path: &str,
        trace: &mut Trace,
    ) -> Result<Wanted<'a>, Reason> {
        let creates = &row.creates;
        let lead = creates.lead || creates.unsorted;
        if !(lead || creates.contact || creates.call_record || creates.note)
            && creates.open_task.is_none()
            && creates.completed_task.is_none()
        {
            trace.add(|| Entry::new("call", "scenario", "row_makes_nothing").at(format!("{path}/creates")));
            return Err(Reason::new("row_makes_nothing").with("path", path));
        }
        let due = matrix::due(row, call.phase);
        // An incoming lead carries the finished call: it cannot be made before.
        let entities = due.entities && (due.record || !creates.unsorted);
        if !due.record && (!entities || !(lead || creates.contact || creates.open_task.is_some())) {
            trace.add(|| Entry::new("call", "scenario", "due_after_call").at(format!("{path}/moment")));
            return Err(Reason::new("due_after_call").with("path", path));
        }
        let reuse = !creates.lead || row.when.client != Some(ClientState::KnownWithOpenLead);
        let made_lead = made.lead.is_some() || made.unsorted.is_some();
        if entities && lead && open_lead && reuse {
            trace.add(|| {
                Entry::new("lead", "scenario", "open_lead_is_used").at(format!("{path}/creates/lead"))
            });
        }
        let missed = matrix::kind_of(call).is_some_and(matrix::is_missed);
        let made_task = if missed { made.missed_task } else { made.open_task };
        Ok(Wanted {
            unsorted: entities && creates.unsorted && !made_lead,
            contact: entities && (creates.contact || creates.unsorted) && made.contact.is_none(),
            lead: entities && lead && !made_lead,
            record: due.record && creates.call_record,
            note: due.record && creates.note && made.note.is_none(),
            open_task: creates.open_task.as_ref().filter(|_| entities && made_task.is_none()),
            completed_task: creates
                .completed_task
                .as_ref()
                .filter(|_| due.record && made.completed_task.is_none()),
            open_lead: if reuse || made_lead { LeadUse::Reuse } else { LeadUse::New },
            over: due.record,
        })
    }
}

struct Tasks<'a> {
    ticket: &'a Ticket,
    scene: &'a Scene,
    users: CallUsers,
    values: &'a Values<'a>,
    client: &'a str,
    path: &'a str,
}

impl Tasks<'_> {
    fn plan(
        &self,
        template: &TaskTemplate,
        completed: bool,
        directory: &Directory,
        trace: &mut Trace,
    ) -> TaskPlan {
        let cell = if completed { "completed_task" } else { "open_task" };
        let path = format!("{}/creates/{cell}", self.path);
        let user = responsible::of_call(
            template.responsible,
            self.users,
            directory,
            &format!("{path}/responsible"),
            trace,
        );
        let task = CallTask {
            template,
            path: &path,
            completed,
            client: self.client,
            answered_by: &self.scene.name,
            received_at: self.ticket.received_at,
        };
        task::of_call(&task, self.values, user, directory, trace)
    }
}
