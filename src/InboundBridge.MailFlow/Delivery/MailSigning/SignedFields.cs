namespace InboundBridge.MailFlow.Delivery.MailSigning;

/// <summary>The fields that go on top of a mail, and the signatures that are not among them.</summary>
/// <param name="Text">Whole fields with their line ends.</param>
/// <param name="OmittedDomains">The domains of our keys that did not sign, in the order of the configuration.</param>
/// <param name="Reason">Why they did not; null where all keys signed.</param>
internal readonly record struct SignedFields(string Text, IReadOnlyList<string> OmittedDomains, string? Reason);
