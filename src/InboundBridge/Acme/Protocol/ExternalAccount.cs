namespace InboundBridge.Acme.Protocol;

/// <summary>An account that the operator already has with the authority, to which ours is bound (RFC 8555 §7.3.4).</summary>
/// <param name="Kid">The name of the key.</param>
/// <param name="Hmac">The key. It is a secret.</param>
internal sealed record ExternalAccount(string Kid, ReadOnlyMemory<byte> Hmac)
{
    public override string ToString() => Kid;
}
