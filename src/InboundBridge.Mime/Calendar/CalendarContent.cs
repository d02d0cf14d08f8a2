using InboundBridge.Mime.Addresses;

namespace InboundBridge.Mime.Calendar;

/// <summary>What a text/calendar part says (RFC 5545, iTIP RFC 5546).</summary>
/// <param name="Method">Upper case, such as <c>REQUEST</c>, <c>REPLY</c>, <c>CANCEL</c>; null where the part names none.</param>
/// <param name="Events">Events and to-dos in order.</param>
public sealed record CalendarContent(string? Method, IReadOnlyList<CalendarEvent> Events);

/// <param name="Component">Lower case: <c>event</c>, <c>todo</c>, <c>journal</c> or <c>freebusy</c>.</param>
/// <param name="Status">Upper case, such as <c>CONFIRMED</c>.</param>
/// <param name="RecurrenceRule">As written.</param>
public sealed record CalendarEvent(
    string Component,
    string? Uid,
    int Sequence,
    string? Status,
    string? Summary,
    string? Description,
    string? Location,
    CalendarTime? Start,
    CalendarTime? End,
    string? RecurrenceRule,
    CalendarTime? RecurrenceId,
    CalendarPerson? Organizer,
    IReadOnlyList<CalendarPerson> Attendees);

/// <param name="Value">As written, such as <c>20260102T030405</c>.</param>
/// <param name="Zone">TZID, <c>UTC</c>, or null for a time without a zone.</param>
/// <param name="IsDate">A whole day.</param>
/// <param name="Instant">Null where the zone is unknown or there is none.</param>
public sealed record CalendarTime(string Value, string? Zone, bool IsDate, DateTimeOffset? Instant);

/// <param name="Mailbox">Name and address.</param>
/// <param name="Role">Upper case, such as <c>REQ-PARTICIPANT</c>; null where it is not given.</param>
/// <param name="Participation">PARTSTAT in upper case, such as <c>ACCEPTED</c>; null where it is not given.</param>
/// <param name="ReplyWanted">RSVP.</param>
public sealed record CalendarPerson(MailboxAddress Mailbox, string? Role, string? Participation, bool ReplyWanted);
