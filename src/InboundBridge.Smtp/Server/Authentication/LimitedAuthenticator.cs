using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.Smtp.Server.Authentication;

/// <summary>The user store with the limit on failures: a name that has failed too often is not looked up.</summary>
internal sealed class LimitedAuthenticator(ISmtpAuthenticator users, SmtpAuthenticationAttempt attempt) : ISmtpAuthenticator
{
    public ValueTask<bool> VerifyPasswordAsync(SmtpPeer peer, string user, string password, CancellationToken cancellationToken) =>
        Limited(user).VerifyPasswordAsync(peer, user, password, cancellationToken);

    public ValueTask<ScramCredential?> FindScramAsync(SmtpPeer peer, string user, CancellationToken cancellationToken) =>
        Limited(user).FindScramAsync(peer, user, cancellationToken);

    public ValueTask<string?> FindSharedSecretAsync(SmtpPeer peer, string user, CancellationToken cancellationToken) =>
        Limited(user).FindSharedSecretAsync(peer, user, cancellationToken);

    private ISmtpAuthenticator Limited(string user) => attempt.MayTry(user) ? users : throw new NameLimitException();
}

/// <summary>Too many failures for this name, whether or not the user exists.</summary>
internal sealed class NameLimitException : Exception;
