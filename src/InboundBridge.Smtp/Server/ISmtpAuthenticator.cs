namespace InboundBridge.Smtp.Server;

/// <summary>Knows users and their secrets. Called by many sessions at a time. An exception becomes 454 4.7.0: unknown means temporary.</summary>
public interface ISmtpAuthenticator
{
    /// <summary>PLAIN and LOGIN. Must take the same time for a user that does not exist.</summary>
    /// <exception cref="Authentication.SmtpAuthenticationBusyException">Not now.</exception>
    ValueTask<bool> VerifyPasswordAsync(SmtpPeer peer, string user, string password, CancellationToken cancellationToken);

    /// <summary>
    /// SCRAM-SHA-256 (RFC 7677): what is stored for the user. The peer is shown the salt and the number of iterations before it proves anything: for a name that
    /// is no user's, give a made-up one that looks like a user's and stays the same. Null: there is nothing to be like; the exchange makes one up for as long
    /// as the process lives.
    /// </summary>
    ValueTask<ScramCredential?> FindScramAsync(SmtpPeer peer, string user, CancellationToken cancellationToken);

    /// <summary>CRAM-MD5 (RFC 2195): the secret itself; null when there is no such user or only a hash is stored.</summary>
    ValueTask<string?> FindSharedSecretAsync(SmtpPeer peer, string user, CancellationToken cancellationToken);
}

/// <summary>RFC 5802 §3: what a server keeps instead of the password.</summary>
/// <param name="StoredKey">SHA-256 of the client key, 32 octets.</param>
/// <param name="ServerKey">32 octets.</param>
public sealed record ScramCredential(byte[] Salt, int Iterations, byte[] StoredKey, byte[] ServerKey);
