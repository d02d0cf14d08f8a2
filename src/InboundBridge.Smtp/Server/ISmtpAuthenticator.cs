namespace InboundBridge.Smtp.Server;

/// <summary>
/// The user store. Many sessions call it at the same time. An exception becomes 454
/// 4.7.0, because an unknown cause means a temporary failure.
/// </summary>
public interface ISmtpAuthenticator
{
    /// <summary>Checks a password for PLAIN and LOGIN. Must take the same time for a user that does not exist.</summary>
    /// <exception cref="SmtpAuthenticationBusyException">The store is too busy to check now.</exception>
    ValueTask<bool> VerifyPasswordAsync(SmtpPeer peer, string user, string password, CancellationToken cancellationToken);

    /// <summary>
    /// Finds what is stored of a user for SCRAM-SHA-256 (RFC 7677). The client sees the salt and the number of iterations before it proves
    /// anything. So for a name that no user has, return an invented credential that looks like a real one and stays the same. If null, the
    /// exchange invents one that stays the same until the process ends.
    /// </summary>
    ValueTask<ScramCredential?> FindScramAsync(SmtpPeer peer, string user, CancellationToken cancellationToken);

    /// <summary>Finds a user's password for CRAM-MD5 (RFC 2195); null when there is no such user or only a hash is stored.</summary>
    ValueTask<string?> FindSharedSecretAsync(SmtpPeer peer, string user, CancellationToken cancellationToken);
}

/// <summary>What a server stores instead of a password (RFC 5802 §3).</summary>
/// <param name="StoredKey">SHA-256 of the client key, 32 octets.</param>
/// <param name="ServerKey">32 octets.</param>
public sealed record ScramCredential(byte[] Salt, int Iterations, byte[] StoredKey, byte[] ServerKey);
