using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Server;
using InboundBridge.Text;

namespace InboundBridge.MailFlow.Reception.Transactions;

/// <summary>
/// The refusals of one transaction, which are stored in the message's envelope. A client may try a thousand recipients, so only the first
/// ones are kept, and the others are counted.
/// </summary>
internal sealed class RefusalNotes
{
    /// <summary>Refusals that are kept. With the lengths below they are at most some 20 KB of a message's record.</summary>
    public const int MostKept = 20;

    private const int LongestAddress = 320;
    private const int LongestText = 300;

    private List<SessionRefusal>? _kept;

    /// <summary>The same empty list for nearly every message.</summary>
    public IReadOnlyList<SessionRefusal> Kept => _kept is null ? [] : [.. _kept];

    public int More { get; private set; }

    public void Add(SmtpRefusal refusal)
    {
        if (_kept is { Count: MostKept })
        {
            More++;
            return;
        }
        var reply = refusal.Reply;
        (_kept ??= []).Add(new SessionRefusal(
            refusal.Verb.ToString().ToUpperInvariant(), Cut(refusal.Recipients, LongestAddress), reply.Code,
            reply.Enhanced?.ToString(), Cut(reply.Text, LongestText)!, reply.Reason, Cut(reply.LogRule, LongestText)));
    }

    private static string? Cut(string? text, int longest) => text is null ? null : CutText.WithEllipsis(text, longest);
}
