using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.SenderAuthentication.Greylisting;

/// <summary>Whether a mail may pass, without remembering that it was asked.</summary>
/// <exception cref="SpoolUnavailableException">What is remembered can't be read now.</exception>
public delegate ValueTask<GreylistAnswer> GreylistLook(GreylistSight sight, GreylistTerms terms, CancellationToken cancellationToken);
