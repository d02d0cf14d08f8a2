using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.DnsLists;

/// <summary>What all lists say about one client.</summary>
/// <param name="Listings">In the order of the configuration; one for each answer that counts.</param>
/// <param name="Problems">Lists that did not answer, or answered with an error; for people.</param>
public sealed record DnsListAnswers(IReadOnlyList<DnsblListing> Listings, IReadOnlyList<DnsListProblem> Problems)
{
    public static DnsListAnswers None { get; } = new([], []);

    /// <summary>The problems as the verdicts show them.</summary>
    internal IReadOnlyList<string> ProblemTexts => Problems.Count == 0
        ? [] : [.. Problems.Select(problem => problem.Zone.Length == 0 ? problem.Text : $"{problem.Zone}: {problem.Text}")];
}
