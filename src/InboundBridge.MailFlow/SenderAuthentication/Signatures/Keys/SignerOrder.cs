using InboundBridge.MailFlow.SenderAuthentication.Domains;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

/// <summary>
/// Decides which keys are looked up first: those whose domain shares the most labels with an author's domain. A domain of a stranger never
/// shares more labels than a domain of the author's own organization does, whatever the public suffix is. If there are several authors,
/// they take turns, so that the signatures for one author do not delay those for another.
/// </summary>
internal static class SignerOrder
{
    /// <returns>The keys whose domains may belong to the organization of an author.</returns>
    public static IEnumerable<KeyLookUp> Of(IReadOnlyList<KeyLookUp> signers, IReadOnlyList<string> authors) => signers
        .Select(signer => (Signer: signer, Author: MostAlike(signer.Domain, authors)))
        .Where(found => found.Author is not null)
        .GroupBy(found => found.Author!, StringComparer.Ordinal)
        .SelectMany(ofAuthor => ofAuthor
            .OrderByDescending(found => DomainName.SharedLabels(found.Signer.Domain, found.Author!))
            .Select((found, round) => (found.Signer, Round: round)))
        .OrderBy(found => found.Round)
        .Select(found => found.Signer);

    private static string? MostAlike(string domain, IReadOnlyList<string> authors)
    {
        string? best = null;
        var most = 0;
        foreach (var author in authors)
        {
            if (DomainName.Resembles(domain, author) && DomainName.SharedLabels(domain, author) is var shared && shared > most)
                (best, most) = (author, shared);
        }
        return best;
    }
}
