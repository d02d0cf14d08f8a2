namespace InboundBridge.Smtp.Server.Authentication;

/// <summary>PLAIN (RFC 4616): one message, <c>[authzid] NUL authcid NUL password</c>.</summary>
internal sealed class PlainExchange(ISmtpAuthenticator authenticator, SmtpPeer peer) : SaslExchange
{
    public override async ValueTask<SaslStep> NextAsync(byte[]? response, CancellationToken cancellationToken)
    {
        if (response is null)
            return SaslStep.Ask([]);
        var first = Array.IndexOf(response, (byte)0);
        var second = first < 0 ? -1 : Array.IndexOf(response, (byte)0, first + 1);
        if (second < 0 || Text(response.AsSpan(0, first)) is not { } acting
            || Name(response.AsSpan(first + 1, second - first - 1)) is not { } user
            || Text(response.AsSpan(second + 1)) is not { Length: > 0 } password)
            return SaslStep.Malformed;
        // We don't let a user act as another.
        if (acting.Length > 0 && acting != user)
            return SaslStep.Decide(accepted: false, user);
        return SaslStep.Decide(await authenticator.VerifyPasswordAsync(peer, user, password, cancellationToken), user);
    }
}
