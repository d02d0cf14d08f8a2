using InboundBridge.Configuration;
using InboundBridge.Smtp.Server;

namespace InboundBridge.Hosting;

/// <summary>The users of submission. Immutable but for the swap of a reload. Passwords are hashed slowly on purpose, so few are checked at a time.</summary>
internal sealed class UserDirectory : ISmtpAuthenticator, IDisposable
{
    /// <summary>Checked for users that don't exist, so that they take as long as the others.</summary>
    private static readonly SecretHash Nobody = Parse(SecretHash.Make("nobody's"));

    private readonly SemaphoreSlim _hashing = new(Math.Max(1, Environment.ProcessorCount / 2));
    private Dictionary<string, Account> _users;

    public UserDirectory(IReadOnlyList<UserEntry> users) => _users = Index(users);

    public void Replace(IReadOnlyList<UserEntry> users) => Volatile.Write(ref _users, Index(users));

    public async ValueTask<bool> VerifyPasswordAsync(SmtpPeer peer, string user, string password, CancellationToken cancellationToken)
    {
        var exists = Volatile.Read(ref _users).TryGetValue(user, out var account);
        await _hashing.WaitAsync(cancellationToken);
        try
        {
            // Away from the session's thread: a guesser must not hold up the mail of others.
            var right = await Task.Run(() => (account?.Hash ?? Nobody).Verify(password), cancellationToken);
            return right && exists;
        }
        finally
        {
            _hashing.Release();
        }
    }

    public ValueTask<ScramCredential?> FindScramAsync(SmtpPeer peer, string user, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Volatile.Read(ref _users).TryGetValue(user, out var account) ? account.Hash.ToScram() : null);

    public ValueTask<string?> FindSharedSecretAsync(SmtpPeer peer, string user, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Volatile.Read(ref _users).TryGetValue(user, out var account) ? account.Shared?.Reveal() : null);

    public void Dispose() => _hashing.Dispose();

    private static Dictionary<string, Account> Index(IReadOnlyList<UserEntry> users) =>
        users.ToDictionary(user => user.Name, user => new Account(Parse(user.Hash), user.Shared), StringComparer.Ordinal);

    private static SecretHash Parse(string text) =>
        SecretHash.TryParse(text, out var hash) ? hash : throw new InvalidOperationException("a hash passed validation and can't be read");

    private sealed record Account(SecretHash Hash, Secret? Shared);
}
