using System.Security.Cryptography;
using System.Text;
using InboundBridge.Smtp.Client;

namespace InboundBridge.UnitTests.Smtp.Client;

/// <summary>AUTH SCRAM-SHA-256 against an independent implementation of the server's side.</summary>
public class ScramSignInTests
{
    private static readonly byte[] Salt = [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [InlineData("secret", "secret", SmtpSendStage.Data)]
    [InlineData("secret", "wrong", SmtpSendStage.Connect)]
    public async Task Both_sides_prove_that_they_know_the_password(string ours, string theirs, SmtpSendStage stage) =>
        Assert.Equal(stage, (await SendAsync(ours, theirs, honest: true)).Stage);

    [Fact]
    public async Task A_server_that_does_not_prove_itself_gets_no_mail()
    {
        var result = await SendAsync("secret", "guess", honest: false);
        Assert.Equal(SmtpSendStage.Connect, result.Stage);
        Assert.Equal("the server did not prove that it knows the password (SCRAM)", Assert.Single(result.Replies).Text);
    }

    private static async Task<SmtpSendResult> SendAsync(string ours, string theirs, bool honest)
    {
        var connection = new MemoryConnection();
        var serving = ServeAsync(connection.Server, theirs, honest);
        var options = new SmtpClientOptions
        {
            Server = new SmtpEndpoint("mx.example.net", 25),
            Hostname = "client.example.org",
            Tls = SmtpTlsMode.Opportunistic,
            Credentials = new SmtpCredentials("al", ours),
        };
        var message = new SmtpClientMessage
        {
            Sender = "al@example.org",
            Recipients = [new SmtpClientRecipient("bo@example.net")],
            Content = SmtpContent.FromMemory("Subject: x\r\n\r\n"u8.ToArray()),
        };
        var result = await SmtpSender.SendAsync(
            options, message, TestContext.Current.CancellationToken, (_, _) => new(connection.Client), TimeProvider.System);
        await serving;
        return result;
    }

    private static async Task ServeAsync(Stream stream, string password, bool honest)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await SayAsync("220 mx");
        await reader.ReadLineAsync();
        await SayAsync("250-mx\r\n250 AUTH PLAIN SCRAM-SHA-256");
        var first = Decode((await reader.ReadLineAsync())!.Split(' ')[2])["n,,".Length..];
        var challenge = $"r={first[(first.IndexOf(",r=", StringComparison.Ordinal) + 3)..]}server,s={Convert.ToBase64String(Salt)},i=4096";
        await SayAsync("334 " + Encode(challenge));
        var final = Decode((await reader.ReadLineAsync())!);
        var withoutProof = final[..final.IndexOf(",p=", StringComparison.Ordinal)];
        var exchange = Encoding.UTF8.GetBytes($"{first},{challenge},{withoutProof}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, Salt, 4096, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var clientKey = HMACSHA256.HashData(stored, exchange).Zip(
            Convert.FromBase64String(final[(withoutProof.Length + 3)..]), (a, b) => (byte)(a ^ b)).ToArray();
        if (honest && !SHA256.HashData(clientKey).SequenceEqual(stored))
        {
            await SayAsync("535 5.7.8 no");
            await stream.DisposeAsync();
            return;
        }
        await SayAsync(
            "334 " + Encode("v=" + Convert.ToBase64String(HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), exchange))));
        if (await reader.ReadLineAsync() is "")
        {
            foreach (var reply in new[] { "235 2.7.0 ok", "250 ok", "250 ok", "354 go" })
            {
                await SayAsync(reply);
                await reader.ReadLineAsync();
            }
            await SayAsync("250 taken");
        }
        await stream.DisposeAsync();

        Task SayAsync(string line) => stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n")).AsTask();
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Decode(string text) => Encoding.UTF8.GetString(Convert.FromBase64String(text));
}
