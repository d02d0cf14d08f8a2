using System.Security.Cryptography;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using InboundBridge.Operations.Principals;
using InboundBridge.Publishing;
using InboundBridge.Setup;

namespace InboundBridge.Operations.Publishing;

/// <summary>The DNS records of our domains, as <c>inboundbridge dns</c> shows them.</summary>
/// <param name="dns">The resolver in force.</param>
internal sealed class PublishingOperations(CurrentSetup current, IDnsResolver dns, TimeProvider clock) : IDisposable
{
    /// <summary>A domain takes some ten look-ups and an HTTPS request.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>For how long an answer is shown again.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    /// <summary>Answers that are kept.</summary>
    private const int MostKept = 100;

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Dictionary<string, (string Version, PublishedRecords Records)> _kept = new(StringComparer.Ordinal);

    /// <summary>The domains that have records to publish, by the configuration in force.</summary>
    public IReadOnlyList<string> ListDomains(Principal who)
    {
        who.Demand(Operation.ShowStatistics);
        var options = current.Setup.Options;
        return
        [
            .. options.Domains.Select(domain => domain.TrimStart('*', '.')).Concat(new DomainRole(options, string.Empty).SeeAlso)
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>Asks the DNS. Another call for the same domain waits, and gets the same answer.</summary>
    /// <returns>Null where the domain has no records to publish.</returns>
    public async Task<PublishedRecords?> CheckAsync(Principal who, string domain, CancellationToken cancellationToken)
    {
        if (!ListDomains(who).Contains(domain, StringComparer.OrdinalIgnoreCase))
            return null;
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var version = current.Setup.Options.Version;
            if (_kept.TryGetValue(domain, out var kept) && kept.Version == version && clock.GetUtcNow() - kept.Records.At < Fresh)
                return kept.Records;
            var records = await AskAsync(domain, cancellationToken);
            if (_kept.Count >= MostKept)
                _kept.Clear();
            _kept[domain] = (version, records);
            return records;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<PublishedRecords> AskAsync(string domain, CancellationToken cancellationToken)
    {
        var (options, at) = (current.Setup.Options, clock.GetUtcNow());
        using var patience = new CancellationTokenSource(Patience, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var records = new DomainRecords(
                options, domain, new DomainRole(options, domain), dns, clock,
                (name, stop) => MtaStsProbe.FetchAsync(name, dns, clock, stop),
                (server, stop) => MailPortProbe.GreetAsync(server, clock, stop));
            var findings = await records.CheckAsync(ends.Token);
            return new PublishedRecords(
                domain, findings, at, records.Silence is { } silence ? $"No DNS server answers, so nothing was compared: {silence}" : null);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return new PublishedRecords(
                domain, [], at, $"The DNS did not answer within {Patience.TotalSeconds:0} seconds. Ask again later, or see dns.servers.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException or CryptographicException)
        {
            return new PublishedRecords(domain, [], at, fault.Message);
        }
    }
}
