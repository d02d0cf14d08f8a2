namespace InboundBridge.MailFlow.SenderAuthentication;

/// <summary>What the checks need to know of a mail's header beside its signatures.</summary>
/// <param name="AuthorDomains">
/// The domain of each address of all From fields, as written, with the members of groups; empty for an address without a domain.
/// </param>
/// <param name="SigningDomains">Tags <c>d=</c> of DKIM signatures, as written. They only let look-ups begin earlier.</param>
public sealed record SenderHeader(IReadOnlyList<string> AuthorDomains, IReadOnlyList<string> SigningDomains);
