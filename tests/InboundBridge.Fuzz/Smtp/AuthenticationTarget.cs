using System.Net;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Authentication;

namespace InboundBridge.Fuzz.Smtp;

/// <summary>
/// The authentication exchanges. The first octet selects the mechanism, LF separates the responses.
/// Nobody may be logged in whom the user store did not let in.
/// </summary>
internal sealed class AuthenticationTarget : IFuzzTarget
{
    public string Name => "smtp/authentication";

    public IReadOnlyList<string> Words =>
        ["\0", "user", "pencil", "n,,n=user,r=abcdefghijkl", "c=biws,r=", ",p=", "=2C", "=3D", "a=user", "\n", "p=tls-unique",
            "0123456789abcdef"];

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return;
        var store = new Store();
        var peer =
            new SmtpPeer("fuzz", SmtpListenerMode.Submission, new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback, 2));
        SaslExchange exchange = (input[0] % 4) switch
        {
            0 => new PlainExchange(store, peer),
            1 => new LoginExchange(store, peer),
            2 => new ScramSha256Exchange(store, peer),
            _ => new CramMd5Exchange(store, peer, "mx.example.net", DateTimeOffset.UnixEpoch),
        };
        foreach (var range in input[1..].Split((byte)'\n'))
        {
            var response = input[1..][range].ToArray();
            // The store answers synchronously, so every step does.
            var step =
                exchange.NextAsync(response.Length == 1 && response[0] == '-' ? null : response, CancellationToken.None).AsTask()
                    .GetAwaiter().GetResult();
            FuzzFailureException.Unless(step.Result != SaslResult.Accepted || store.LetIn, "a user was logged in that the store had refused");
            FuzzFailureException.Unless(step.Result != SaslResult.Continue || step.Challenge is not null, "no challenge to go on with");
            if (step.Result != SaslResult.Continue)
                return;
        }
    }

    private sealed class Store : ISmtpAuthenticator
    {
        public bool LetIn { get; private set; }

        public ValueTask<bool> VerifyPasswordAsync(SmtpPeer peer, string user, string password, CancellationToken cancellationToken)
        {
            FuzzFailureException.Unless(user.Length > 0 && password.Length > 0, "an empty user or password was asked for");
            LetIn = user == "user" && password == "pencil";
            return ValueTask.FromResult(LetIn);
        }

        public ValueTask<ScramCredential?> FindScramAsync(SmtpPeer peer, string user, CancellationToken cancellationToken) =>
            ValueTask.FromResult<ScramCredential?>(
                user == "user" ? new ScramCredential(new byte[16], 4096, new byte[32], new byte[32]) : null);

        public ValueTask<string?> FindSharedSecretAsync(SmtpPeer peer, string user, CancellationToken cancellationToken) =>
            ValueTask.FromResult<string?>(user == "user" ? "a secret that no fuzzer finds" : null);
    }
}
