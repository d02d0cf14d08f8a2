using System.Net;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Spf;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Publishing;

/// <summary>
/// The SPF record of a domain that mail is sent with in MAIL FROM: whether it lets the addresses pass that the mail comes from.
/// </summary>
/// <param name="relays">By which that mail leaves.</param>
/// <param name="host">Our name.</param>
/// <param name="ours">Our addresses, as far as the DNS tells them.</param>
/// <param name="clock">For the check of SPF.</param>
internal sealed class SenderPolicyRecord(
    string domain, IReadOnlyList<RelayOptions> relays, string host, IReadOnlyList<IPAddress> ours, IDnsResolver dns, TimeProvider clock)
{
    public const string Version = "v=spf1";

    private const string AskProvider = "its provider says which record to include (include:…)";

    private readonly SpfCheck _spf = new(new SpfOptions { Receiver = host }, clock);

    private bool IsDirect => relays.Any(relay => relay.Mx);

    /// <summary>Names, addresses and sockets, without <c>mx: true</c>.</summary>
    private IEnumerable<string> Smarthosts => relays.Where(relay => relay is { Mx: false, Host.Length: > 0 })
        .Select(relay => relay.Host).Distinct(StringComparer.Ordinal);

    /// <summary>The record to publish.</summary>
    public string Value
    {
        get
        {
            var terms = new List<string>();
            if (IsDirect)
                terms.AddRange(ours.Count > 0 ? ours.Select(Term) : [$"a:{host}"]);
            foreach (var smarthost in Smarthosts.Where(name => !IsSocket(name)))
                terms.Add(IpAddressText.TryParseLocal(smarthost, out var address) ? Term(address) : $"a:{smarthost}");
            return string.Join(' ', [Version, .. terms, "-all"]);
        }
    }

    /// <param name="answer">The TXT records of the domain.</param>
    /// <param name="published">Those of SPF.</param>
    public async Task<(RecordState State, string? Advice)> JudgeAsync(
        DnsAnswer answer, IReadOnlyList<string> published, CancellationToken cancellationToken)
    {
        if (answer.IsTemporary)
            return (RecordState.Warning, $"can't be looked up now: {answer.Detail}");
        if (published.Count > 1)
            return (RecordState.ToDo, "leave one: several count as none");
        if (published.Count == 0)
        {
            var by = Smarthosts.FirstOrDefault() is { } other ? $", by {other}: {AskProvider}" : string.Empty;
            return (RecordState.ToDo, $"publish it: mail leaves with a sender in {domain}{by}");
        }
        if (IsDirect && ours.Count == 0)
            return (RecordState.Warning, $"can't be checked, because {host} has no address");
        foreach (var address in IsDirect ? ours : [])
        {
            var verdict = await AskAsync(address, cancellationToken);
            if (verdict.Result == CheckResult.TempError)
                return (RecordState.Warning, $"can't be looked up now: {verdict.Problem}");
            if (verdict.Result != CheckResult.Pass)
                return (RecordState.ToDo, $"it says {Said(verdict)} for {address}, from which mail leaves: add {Term(address)}");
        }
        foreach (var smarthost in Smarthosts)
        {
            if (!await PassesAsync(smarthost, cancellationToken))
            {
                return (RecordState.Warning, $"mail leaves by {smarthost}, whose addresses may not pass: {AskProvider}");
            }
        }
        return (RecordState.Ok, null);
    }

    /// <summary>Whether all addresses of a smarthost pass. It may send from others, which only its provider knows.</summary>
    private async Task<bool> PassesAsync(string smarthost, CancellationToken cancellationToken)
    {
        if (IsSocket(smarthost))
            return false;
        var addresses = new List<IPAddress>();
        if (IpAddressText.TryParseLocal(smarthost, out var literal))
        {
            addresses.Add(literal);
        }
        else
        {
            foreach (var type in new[] { DnsRecordType.A, DnsRecordType.Aaaa })
                addresses.AddRange((await dns.LookUpAsync(smarthost, type, cancellationToken)).Addresses);
        }
        foreach (var address in addresses)
        {
            if ((await AskAsync(address, cancellationToken)).Result != CheckResult.Pass)
                return false;
        }
        return addresses.Count > 0;
    }

    private ValueTask<SpfVerdict> AskAsync(IPAddress address, CancellationToken cancellationToken) =>
        _spf.CheckAsync(dns, new SpfRequest(address, host, $"postmaster@{domain}"), cancellationToken);

    private static string Said(SpfVerdict verdict) =>
        verdict.Problem is { } problem ? $"{verdict.Result.Word()} ({problem})" : verdict.Result.Word();

    private static string Term(IPAddress address) =>
        (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "ip6:" : "ip4:") + address;

    private static bool IsSocket(string smarthost) => smarthost.StartsWith("unix:", StringComparison.Ordinal);
}
