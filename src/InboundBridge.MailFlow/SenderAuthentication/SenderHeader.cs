namespace InboundBridge.MailFlow.SenderAuthentication;

/// <summary>What the checks need to know of a mail's header beside its signatures.</summary>
/// <param name="AuthorDomains">
/// The different domains of the addresses in From, with the members of groups; empty where From names nobody, and with a problem.
/// </param>
/// <param name="SigningDomains">Tags <c>d=</c> of DKIM signatures, as written. They only let look-ups begin earlier.</param>
/// <param name="AuthorProblem">Why nobody can tell who the author is, for people; null where it is clear.</param>
public sealed record SenderHeader(
    IReadOnlyList<string> AuthorDomains, IReadOnlyList<string> SigningDomains, string? AuthorProblem = null);
