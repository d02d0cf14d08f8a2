namespace InboundBridge.Smtp.Server.Authentication;

/// <summary>
/// LOGIN (draft-murchison-sasl-login): asks for the name and then for the password. Some old clients know no other mechanism.
/// </summary>
internal sealed class LoginExchange(ISmtpAuthenticator authenticator, SmtpPeer peer) : SaslExchange
{
    public override async ValueTask<SaslStep> NextAsync(byte[]? response, CancellationToken cancellationToken)
    {
        if (response is null)
            return SaslStep.Ask("Username:"u8);
        if (ClaimedUser is not { } user)
            return Name(response) is null ? SaslStep.Malformed : SaslStep.Ask("Password:"u8);
        return Text(response) is { Length: > 0 } password
            ? SaslStep.Decide(await authenticator.VerifyPasswordAsync(peer, user, password, cancellationToken), user)
            : SaslStep.Malformed;
    }
}
