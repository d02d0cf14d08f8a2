namespace InboundBridge.Smtp.Server.Authentication;

/// <summary>LOGIN (draft-murchison-sasl-login): asks for the name and then for the password; old clients speak nothing else.</summary>
internal sealed class LoginExchange(ISmtpAuthenticator authenticator, SmtpPeer peer) : SaslExchange
{
    private string? _user;

    public override async ValueTask<SaslStep> NextAsync(byte[]? response, CancellationToken cancellationToken)
    {
        if (response is null)
            return SaslStep.Ask("Username:"u8);
        if (Text(response) is not { Length: > 0 } text)
            return SaslStep.Malformed;
        if (_user is { } user)
            return SaslStep.Decide(await authenticator.VerifyPasswordAsync(peer, user, text, cancellationToken), user);
        _user = text;
        return SaslStep.Ask("Password:"u8);
    }
}
