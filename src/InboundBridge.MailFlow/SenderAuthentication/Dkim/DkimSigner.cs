using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

namespace InboundBridge.MailFlow.SenderAuthentication.Dkim;

/// <summary>Makes DKIM signatures (RFC 6376 §5). Safe for concurrent use.</summary>
internal sealed class DkimSigner(SignerOptions options, SignerKey key)
{
    private readonly MessageSignature _signature = new(options, key);

    /// <summary>Before the body streams through <paramref name="bodies"/>.</summary>
    public BodyHash Ask(BodyHashes bodies) => bodies.Ask(options.Body, null);

    /// <returns>The field, folded, with its line end. It belongs on top of the mail.</returns>
    /// <param name="body">From <see cref="Ask"/>, complete.</param>
    public string Sign(HeaderFields header, BodyHash body, DateTimeOffset now) =>
        _signature.Write("DKIM-Signature: v=1", header, body, now);
}
