using System.Collections.Concurrent;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.MailFlow.SenderAuthentication.SignatureChecks;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.Reception;

/// <summary>Counts and logs what the checks of the sender's side say about live mail.</summary>
public sealed class SenderObservation(SenderMetrics metrics, ReceptionLog log, TimeProvider clock) : SenderCheckObserver
{
    /// <summary>A list that is gone fails for every client; one line an hour is enough to act on.</summary>
    private static readonly TimeSpan BetweenComplaints = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _complaints = new(StringComparer.Ordinal);

    public override void Answered(string method, object verdict, TimeSpan elapsed)
    {
        switch (verdict)
        {
            case IprevVerdict iprev:
                metrics.Said("iprev", iprev.Result.Word());
                break;
            case SpfVerdict spf:
                metrics.Said("spf", spf.Result.Word());
                break;
            case SignatureVerdicts signatures:
                Count(signatures);
                break;
            case DmarcVerdict dmarc:
                metrics.Said("dmarc", dmarc.Result.Word());
                break;
            case DnsListAnswers lists:
                Count(lists);
                break;
            case MailVerdicts verdicts:
                metrics.Said("verdict", verdicts.Verdict.Word());
                return;
            default:
                throw new ArgumentException($"{verdict.GetType()} is no verdict", nameof(verdict));
        }
        metrics.Took(method, elapsed);
    }

    public override void Faulted(string method, Exception fault) => log.SenderCheckFaulted(fault, method);

    private void Count(SignatureVerdicts signatures)
    {
        if (signatures.Dkim.Count == 0)
            metrics.Said("dkim", "none");
        foreach (var signature in signatures.Dkim)
            metrics.Said("dkim", signature.Result.Word());
        metrics.Said("arc", signatures.Arc.Result.Word());
    }

    private void Count(DnsListAnswers lists)
    {
        metrics.Said("dnsbl", lists.Listings.Any(listing => !listing.Allows) ? "fail"
            : lists.Listings.Count > 0 ? "pass" : lists.Problems.Count > 0 ? "temperror" : "none");
        foreach (var problem in lists.Problems)
        {
            var now = clock.GetUtcNow();
            if (_complaints.TryGetValue(problem.Zone, out var last) && now - last < BetweenComplaints)
                continue;
            _complaints[problem.Zone] = now;
            log.ListSilent(problem.Zone, problem.Text);
        }
    }
}
