using System.Globalization;
using System.Net;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.DnsLists;

/// <summary>Asks DNS lists about a client (RFC 5782), all at the same time.</summary>
public sealed class DnsListCheck(IReadOnlyList<DnsListOptions> lists, TimeProvider clock)
{
    /// <returns>Throws only when cancelled.</returns>
    public async ValueTask<DnsListAnswers> CheckAsync(IDnsResolver dns, IPAddress client, CancellationToken cancellationToken)
    {
        if (lists.Count == 0)
            return DnsListAnswers.None;
        var labels = DnsName.ReverseLabels(client);
        var lookUps = new Task<DnsAnswer>[lists.Count];
        for (var index = 0; index < lists.Count; index++)
            lookUps[index] = AskAsync(dns, $"{labels}.{lists[index].Zone}", lists[index], cancellationToken);
        List<DnsblListing> listings = [];
        List<DnsListProblem> problems = [];
        for (var index = 0; index < lists.Count; index++)
            Read(lists[index], await lookUps[index], listings, problems);
        return listings.Count == 0 && problems.Count == 0 ? DnsListAnswers.None : new DnsListAnswers(listings, problems);
    }

    private async Task<DnsAnswer> AskAsync(IDnsResolver dns, string name, DnsListOptions list, CancellationToken cancellationToken)
    {
        if (dns.FindKnown(name, DnsRecordType.A) is { } known)
            return known;
        // The query ends with the wait for it.
        using var limit = new CancellationTokenSource(list.Timeout, clock);
        await using var given = cancellationToken.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), limit);
        try
        {
            return await dns.LookUpAsync(name, DnsRecordType.A, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DnsAnswer.Without(
                DnsStatus.Timeout, name,
                string.Create(CultureInfo.InvariantCulture, $"no answer within {list.Timeout.TotalSeconds:0.#} s"));
        }
    }

    private static void Read(DnsListOptions list, DnsAnswer answer, List<DnsblListing> listings, List<DnsListProblem> problems)
    {
        if (answer.IsTemporary)
            problems.Add(new DnsListProblem(list.Zone, answer.Detail ?? "no answer"));
        foreach (var code in answer.Addresses.Take(list.MostCodes))
        {
            if (Counts(list, code))
                listings.Add(new DnsblListing(list.Zone, code.ToString(), list.Allow));
            else if (Complaint(code) is { } complaint)
                problems.Add(new DnsListProblem(list.Zone, complaint));
        }
    }

    private static string? Complaint(IPAddress code)
    {
        if (DnsListCodes.Errors.Contains(code))
            return $"refuses our queries ({code})";
        // A list that was given up often answers with the address of a web server, for every client.
        return DnsListCodes.All.Contains(code) ? null : $"answers {code}, which is no code of a DNS list";
    }

    private static bool Counts(DnsListOptions list, IPAddress code)
    {
        foreach (var codes in list.Codes)
        {
            if (codes.Contains(code))
                return true;
        }
        return list.Codes.Count == 0 && DnsListCodes.All.Contains(code) && !DnsListCodes.Errors.Contains(code);
    }
}
