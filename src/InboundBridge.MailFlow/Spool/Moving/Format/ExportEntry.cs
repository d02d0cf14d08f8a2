using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.MailFlow.Spool.Moving.Format;

/// <summary>An entry of a file as it is read. The cases are in the order in which a file has them.</summary>
internal abstract record ExportEntry
{
    /// <summary>Its octets come next, and after them the digest that proves it.</summary>
    public sealed record Mail(MovedMail Value) : ExportEntry;

    public sealed record Pauses(IReadOnlyDictionary<string, string> Value) : ExportEntry;

    public sealed record Greylist(IReadOnlyList<GreylistEntry> Value) : ExportEntry;

    public sealed record Note(SpoolNote Value) : ExportEntry;
}
