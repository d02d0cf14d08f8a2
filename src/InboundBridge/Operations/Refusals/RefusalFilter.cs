using System.Net;

namespace InboundBridge.Operations.Refusals;

/// <summary>Which refusals to list. Case is ignored; null: any.</summary>
public sealed record RefusalFilter
{
    /// <summary>An address, a network, or part of the client's name or of what it said in EHLO.</summary>
    public string? Client { get; init; }

    /// <summary>Part of the sender; <c>&lt;&gt;</c> for the null reverse-path.</summary>
    public string? Sender { get; init; }

    /// <summary>Part of a recipient.</summary>
    public string? Recipient { get; init; }

    /// <summary>The whole word.</summary>
    public string? Reason { get; init; }

    /// <summary>Part of the reply, the cause, the rule, or what checks and scanners said.</summary>
    public string? Text { get; init; }

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Before { get; init; }

    public Predicate<Refusal> ToPredicate()
    {
        var network = Client is { } client && IPNetwork.TryParse(client, out var parsed) ? parsed : (IPNetwork?)null;
        return refusal => (Since is null || refusal.At >= Since) && (Before is null || refusal.At < Before)
            && (Reason is null || string.Equals(Reason, refusal.Reason, StringComparison.OrdinalIgnoreCase))
            && (Client is null || IsClient(refusal, network))
            && (Sender is null || (Sender == "<>" ? refusal.Sender is { Length: 0 } : Has(refusal.Sender, Sender)))
            && Has(refusal.Recipients, Recipient)
            && (Text is null || Has(refusal.Reply, Text) || Has(refusal.Detail, Text) || Has(refusal.Rule, Text)
                || Has(refusal.Authentication, Text) || Has(refusal.Scan, Text));
    }

    private bool IsClient(Refusal refusal, IPNetwork? network) =>
        network is { } within ? refusal.Client is { } address && within.Contains(IPAddress.Parse(address))
            : IsWhole(Client) && IPAddress.TryParse(Client, out var one) ? refusal.Client is { } same && IPAddress.Parse(same).Equals(one)
            : Has(refusal.Client, Client) || Has(refusal.ClientName, Client) || Has(refusal.Helo, Client);

    /// <summary>.NET would take <c>192.0.2</c> for the address 192.0.0.2; here it is part of one.</summary>
    private static bool IsWhole(string? client) => client?.Contains(':') == true || client?.Count(letter => letter == '.') == 3;

    private static bool Has(string? text, string? part) =>
        part is null || text?.Contains(part, StringComparison.OrdinalIgnoreCase) == true;
}
