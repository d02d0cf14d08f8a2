using System.Security.Cryptography;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Smtp.Server;

namespace InboundBridge.Hosting.Users;

/// <summary>
/// The users of submission; a reload replaces them as a whole. Password hashes are slow on purpose, so few are checked at a time: under a
/// flood of guesses half of the processors stay free for mail. Neither answers nor timing reveal which users exist.
/// </summary>
internal sealed class UserDirectory : ISmtpAuthenticator, IDisposable
{
    /// <summary>
    /// Checks that wait for their turn. A check takes about a quarter of a second, so a
    /// longer queue would not be served before clients give up.
    /// </summary>
    internal const int MostWaiting = 64;

    private readonly SemaphoreSlim _hashing = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly byte[] _decoyKey;
    private int _waiting;
    private Known _known;

    /// <param name="decoyKey">Secret, and kept over restarts; null: decoys stay the same only while this object lives.</param>
    public UserDirectory(IReadOnlyList<UserEntry> users, byte[]? decoyKey = null)
    {
        // The key has other uses too, so decoys, which strangers see, are made with a key derived from it.
        _decoyKey = HMACSHA256.HashData(decoyKey ?? RandomNumberGenerator.GetBytes(32), "names that are no user's"u8);
        _known = Index(users);
    }

    public void Replace(IReadOnlyList<UserEntry> users) => Volatile.Write(ref _known, Index(users));

    public async ValueTask<bool> VerifyPasswordAsync(SmtpPeer peer, string user, string password, CancellationToken cancellationToken)
    {
        var (account, decoys) = Find(user);
        // Made for real users as well, so that timing reveals nothing.
        var decoy = decoys.Hash(user);
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new SmtpAuthenticationBusyException();
        }
        try
        {
            await _hashing.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        try
        {
            // Not on the session's thread: a guesser must not delay the mail of others.
            var right = await Task.Run(() => (account?.Hash ?? decoy).Verify(password), cancellationToken);
            return right && account is not null;
        }
        finally
        {
            _hashing.Release();
        }
    }

    public ValueTask<ScramCredential?> FindScramAsync(SmtpPeer peer, string user, CancellationToken cancellationToken)
    {
        var (account, decoys) = Find(user);
        var decoy = decoys.Scram(user);
        return ValueTask.FromResult<ScramCredential?>(account?.Scram ?? decoy);
    }

    public ValueTask<string?> FindSharedSecretAsync(SmtpPeer peer, string user, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Find(user).Account?.Shared?.Reveal());

    public void Dispose() => _hashing.Dispose();

    private (Account? Account, DecoyUsers Decoys) Find(string user)
    {
        var known = Volatile.Read(ref _known);
        return (known.Accounts.GetValueOrDefault(user), known.Decoys);
    }

    private Known Index(IReadOnlyList<UserEntry> users)
    {
        var accounts = users.ToDictionary(user => user.Name, user => Account.Of(Parse(user.Hash), user.Shared), StringComparer.Ordinal);
        return new Known(accounts, new DecoyUsers(_decoyKey, accounts.Values.Select(account => account.Hash)));
    }

    private static SecretHash Parse(string text) =>
        SecretHash.TryParse(text, out var hash) ? hash : throw new InvalidOperationException("a hash passed validation and can't be read");

    private sealed record Known(Dictionary<string, Account> Accounts, DecoyUsers Decoys);

    private sealed record Account(SecretHash Hash, ScramCredential? Scram, Secret? Shared)
    {
        public static Account Of(SecretHash hash, Secret? shared) => new(hash, hash.ToScram(), shared);
    }
}
