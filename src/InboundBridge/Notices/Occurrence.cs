using InboundBridge.Configuration.Options.Watching;

namespace InboundBridge.Notices;

/// <summary>Something that needs a person has happened.</summary>
/// <param name="Subject">A destination, a certificate, a file: what the notice is about.</param>
/// <param name="Detail">A reply or a problem; null: the kind says it all.</param>
/// <param name="MessageId">The message that it happened to; null where it is about none.</param>
/// <param name="CountsOnce">It is a state that lasts, seen again and again: the notice has no count.</param>
internal sealed record Occurrence(
    NoticeKind Kind, string Subject, string? Detail = null, string? MessageId = null, bool CountsOnce = false);
