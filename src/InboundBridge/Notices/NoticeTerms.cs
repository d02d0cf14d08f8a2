using InboundBridge.Configuration.Options.Watching;
using InboundBridge.MailFlow.Text;
using InboundBridge.Text;

namespace InboundBridge.Notices;

/// <summary>The words of each kind of notice, and how often a receiver hears of the same thing. The times are our choice.</summary>
internal static class NoticeTerms
{
    /// <summary>How long the first occurrence waits for others: a flood becomes one notice.</summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromSeconds(10);

    /// <summary>After the spool could not take a notice.</summary>
    public static readonly TimeSpan SpoolPause = TimeSpan.FromSeconds(30);

    /// <summary>What is due later than its window and this was set by a clock that ran ahead. Clocks of nodes may differ by less.</summary>
    public static readonly TimeSpan LongestSkew = TimeSpan.FromDays(1);

    /// <summary>How often certificates and the disk are looked at.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    /// <summary>Things that may wait to be told at the same time. More of a kind are told together, under <see cref="Others"/>.</summary>
    public const int MostWaiting = 200;

    /// <summary>Characters of a summary or a detail: a reply of a peer may be long.</summary>
    public const int LongestText = 1000;

    /// <summary>The subject of what found no place of its own.</summary>
    public const string Others = "(others)";

    public static string NameOf(NoticeKind kind) => kind switch
    {
        NoticeKind.DeadLetter => "dead_letter",
        NoticeKind.CircuitOpened => "circuit_opened",
        NoticeKind.Certificate => "certificate",
        NoticeKind.Disk => "disk",
        _ => "reload_failed",
    };

    /// <summary>The time in which at most one notice of a kind and subject is sent.</summary>
    public static TimeSpan WindowOf(NoticeKind kind) => kind switch
    {
        NoticeKind.Certificate => TimeSpan.FromDays(1),
        NoticeKind.Disk => TimeSpan.FromHours(1),
        _ => TimeSpan.FromMinutes(15),
    };

    /// <summary>Each node of a spool tells these of itself; the others concern all of them, and one tells.</summary>
    public static bool IsOfNode(NoticeKind kind) => kind is NoticeKind.Certificate or NoticeKind.Disk or NoticeKind.ReloadFailed;

    public static string SummaryOf(NoticeKind kind, string subject, long count) => kind switch
    {
        NoticeKind.DeadLetter => count == 1 ? $"A delivery to {subject} is dead." : $"{count} deliveries to {subject} are dead.",
        NoticeKind.CircuitOpened => $"Destination {subject} takes no mail; it waits.",
        NoticeKind.Certificate => $"The certificate {subject} needs attention.",
        NoticeKind.Disk => "The disk of the spool fills up.",
        _ => $"The changed configuration has errors; the old one stays in force ({subject}).",
    };

    /// <summary>On one line, and bounded: a peer's reply must not look like lines of the notice.</summary>
    public static string Shown(string text) => OneLineText.Of(CutText.WithEllipsis(text, LongestText));
}
