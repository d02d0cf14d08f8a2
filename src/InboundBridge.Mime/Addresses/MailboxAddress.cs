namespace InboundBridge.Mime.Addresses;

/// <summary>One mailbox of an address list (RFC 5322 §3.4), groups flattened.</summary>
/// <param name="Name">Decoded display name; empty when there is none.</param>
/// <param name="Address">addr-spec as written, without comments, the domain in lower case; empty when the form was beyond repair.</param>
public sealed record MailboxAddress(string Name, string Address);
