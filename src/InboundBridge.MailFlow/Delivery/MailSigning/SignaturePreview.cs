namespace InboundBridge.MailFlow.Delivery.MailSigning;

/// <summary>A signature that a mail would get on its way out.</summary>
/// <param name="Kind"><c>dkim</c> or <c>arc</c>.</param>
/// <param name="Domain">Tag <c>d=</c>.</param>
/// <param name="Selector">Tag <c>s=</c>.</param>
/// <param name="Omitted">Why this mail does not get it; null where it does.</param>
public sealed record SignaturePreview(string Kind, string Domain, string Selector, string? Omitted);
