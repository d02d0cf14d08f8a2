using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.Text;

namespace InboundBridge.Operations.Refusals;

/// <summary>What a client was refused: a command, a recipient, a whole message or its connection. Long texts are cut.</summary>
public sealed record Refusal
{
    /// <summary>Characters of a name or an address; RFC 5321 §4.5.3.1.3 allows 256 octets for a path.</summary>
    private const int LongestAddress = 320;

    /// <summary>Characters of any other text.</summary>
    private const int LongestText = 500;

    /// <summary>Counts the refusals of this process; a later one has a higher number.</summary>
    public required long Number { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Listener { get; init; }

    /// <summary>The client's address; null on unix sockets, and where a proxy does not tell it.</summary>
    public string? Client { get; init; }

    /// <summary>The confirmed host name, where it was known by then.</summary>
    public string? ClientName { get; init; }

    public string? Helo { get; init; }

    public string? Tls { get; init; }

    public string? User { get; init; }

    /// <summary>The command that was refused, such as <c>RCPT</c>; null before the first one, and for one that does not exist.</summary>
    public string? Verb { get; init; }

    /// <summary>Empty for the null reverse-path; null where the client had not told it.</summary>
    public string? Sender { get; init; }

    /// <summary>The refused recipient; for a whole message its accepted recipients, separated by commas.</summary>
    public string? Recipients { get; init; }

    public required int Code { get; init; }

    public string? Enhanced { get; init; }

    /// <summary>The text that the client got.</summary>
    public required string Text { get; init; }

    /// <summary>A word of the catalogue in docs/smtp.md, such as <c>unknown_recipient</c>.</summary>
    public string? Reason { get; init; }

    public string? Rule { get; init; }

    /// <summary>The cause, which the client is not told.</summary>
    public string? Detail { get; init; }

    /// <summary>What the checks of the sender had said by then.</summary>
    public string? Authentication { get; init; }

    public string? Scan { get; init; }

    /// <summary>The whole reply, as the client got it.</summary>
    public string Reply => Enhanced is null ? $"{Code} {Text}" : $"{Code} {Enhanced} {Text}";

    /// <summary>In one line, for a page of events.</summary>
    public override string ToString()
    {
        var what = Recipients is { } recipients ? $"{(Sender is "" ? "<>" : Sender)} → {recipients}" : Sender is "" ? "<>" : Sender;
        var cause = Rule is { } rule ? $" (rule {rule})" : Reason is { } reason ? $" ({reason})" : string.Empty;
        return $"{Client ?? Listener} {what}: {Reply}{cause}";
    }

    /// <summary>Octets of memory that its texts take.</summary>
    internal int Octets => 2 * (Listener.Length + Text.Length + LengthOf(
        [Client, ClientName, Helo, Tls, User, Verb, Sender, Recipients, Enhanced, Reason, Rule, Detail, Authentication, Scan]));

    /// <param name="hide">Masks secrets in a text.</param>
    public static Refusal Of(long number, DateTimeOffset at, SmtpPeer peer, SmtpRefusal refusal, Func<string, string> hide) => new()
    {
        Number = number,
        At = at,
        Listener = peer.Listener,
        Client = peer.ClientIp?.ToString(),
        ClientName = Cut(peer.ClientName, LongestAddress),
        Helo = Cut(peer.Helo, LongestAddress),
        Tls = peer.Tls?.Version,
        User = Cut(peer.User, LongestAddress),
        Verb = refusal.Verb == SmtpVerb.Unknown ? null : refusal.Verb.ToString().ToUpperInvariant(),
        Sender = Cut(refusal.Sender, LongestAddress),
        Recipients = Cut(refusal.Recipients, LongestText),
        Code = refusal.Reply.Code,
        Enhanced = refusal.Reply.Enhanced?.ToString(),
        Text = Cut(hide(refusal.Reply.Text), LongestText)!,
        Reason = refusal.Reply.Reason,
        Rule = Cut(refusal.Reply.LogRule, LongestText),
        Detail = refusal.Reply.LogDetail is { } detail ? Cut(hide(detail), LongestText) : null,
        Authentication = Cut(refusal.Reply.LogAuthentication, LongestText),
        Scan = Cut(refusal.Reply.LogScan, LongestText),
    };

    private static string? Cut(string? text, int longest) =>
        text is null ? null : CutText.WithEllipsis(text, longest);

    private static int LengthOf(ReadOnlySpan<string?> texts)
    {
        var length = 0;
        foreach (var text in texts)
            length += text?.Length ?? 0;
        return length;
    }
}
