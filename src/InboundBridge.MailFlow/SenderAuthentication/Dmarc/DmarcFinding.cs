namespace InboundBridge.MailFlow.SenderAuthentication.Dmarc;

/// <param name="PublishedBy">The domain whose record applies: the domain itself or one above it; null without a record.</param>
/// <param name="IsUncertain">A look-up failed that could change the answer.</param>
/// <param name="Problem">What is wrong with the record or its look-up, for people; null for nothing.</param>
public sealed record DmarcFinding(string? PublishedBy, bool IsUncertain, string? Problem);
