using System.Security.Cryptography;
using System.Text;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Server;

/// <summary>Knows one user, <c>user</c> with the password <c>pencil</c>; the name <c>broken</c> makes it throw.</summary>
internal sealed class TestAuthenticator : ISmtpAuthenticator
{
    private const string Password = "pencil";

    private static readonly byte[] Salt = Encoding.ASCII.GetBytes("a salt of 16 oct");

    public ValueTask<bool> VerifyPasswordAsync(SmtpPeer peer, string user, string password, CancellationToken cancellationToken)
    {
        if (user == "broken")
            throw new IOException("the user store fails on purpose, with what a lost connection also throws");
        return ValueTask.FromResult(user == "user" && password == Password);
    }

    public ValueTask<ScramCredential?> FindScramAsync(SmtpPeer peer, string user, CancellationToken cancellationToken)
    {
        if (user != "user")
            return ValueTask.FromResult<ScramCredential?>(null);
        var salted = Rfc2898DeriveBytes.Pbkdf2(Password, Salt, 4096, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        return ValueTask.FromResult<ScramCredential?>(new ScramCredential(Salt, 4096, stored, HMACSHA256.HashData(salted, "Server Key"u8)));
    }

    public ValueTask<string?> FindSharedSecretAsync(SmtpPeer peer, string user, CancellationToken cancellationToken) =>
        ValueTask.FromResult(user == "user" ? Password : null);
}
