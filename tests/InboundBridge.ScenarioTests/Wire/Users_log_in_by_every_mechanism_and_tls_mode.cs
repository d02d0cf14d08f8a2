using System.Text;
using InboundBridge.Configuration.Secrets;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Wire;

/// <summary>
/// swaks and msmtp sign in by each mechanism that they know, at listeners with each TLS mode. A password is never sent unencrypted.
/// </summary>
public sealed class Users_log_in_by_every_mechanism_and_tls_mode(Users_log_in_by_every_mechanism_and_tls_mode.Submission submission)
    : IClassFixture<Users_log_in_by_every_mechanism_and_tls_mode.Submission>
{
    private const string From = "al@example.com";
    private const string To = "support@example.com";

    private static readonly (string Name, string Password) User = ("app", "let me in");

    private Appliance Appliance => submission.Appliance;

    [Theory]
    [InlineData("swaks", "PLAIN", "offered", "starttls")]
    [InlineData("swaks", "PLAIN", "required", "starttls")]
    [InlineData("swaks", "PLAIN", "implicit", "implicit")]
    [InlineData("swaks", "LOGIN", "offered", "starttls")]
    [InlineData("swaks", "LOGIN", "required", "starttls")]
    [InlineData("swaks", "LOGIN", "implicit", "implicit")]
    [InlineData("msmtp", "PLAIN", "required", "starttls")]
    [InlineData("msmtp", "PLAIN", "implicit", "implicit")]
    [InlineData("msmtp", "LOGIN", "required", "starttls")]
    [InlineData("msmtp", "LOGIN", "implicit", "implicit")]
    [InlineData("msmtp", "SCRAM-SHA-256", "offered", "starttls")]
    [InlineData("msmtp", "SCRAM-SHA-256", "required", "starttls")]
    [InlineData("msmtp", "SCRAM-SHA-256", "implicit", "implicit")]
    [InlineData("swaks", "CRAM-MD5", "offered", "starttls")]
    [InlineData("swaks", "CRAM-MD5", "required", "starttls")]
    [InlineData("msmtp", "CRAM-MD5", "required", "starttls")]
    public async Task Under_tls_mail_is_accepted(string client, string mechanism, string listener, string tls)
    {
        var subject = $"{client}-{mechanism}-{listener}".ToLowerInvariant();
        var before = await LogInsAsync(listener);
        (await SendAsync(client, mechanism, listener, tls, User, subject)).Succeeded(subject);
        Assert.Equal((before.Good + 1, before.Bad), await LogInsAsync(listener));
        var mail = Assert.Single(await Appliance.MailsAsync($"subject={subject} 1"));
        Assert.Contains("with ESMTPSA", Encoding.Latin1.GetString(mail), StringComparison.Ordinal);
        await Appliance.Process.LineAsync(new($" authenticated listener={listener} client=127.0.0.1 mechanism={mechanism} user=app"));
    }

    /// <summary>If TLS is offered and not used, neither a message nor a password is sent.</summary>
    [Theory]
    [InlineData("swaks", "PLAIN", "offered")]
    [InlineData("swaks", "PLAIN", "required")]
    [InlineData("swaks", "LOGIN", "offered")]
    [InlineData("swaks", "LOGIN", "required")]
    [InlineData("swaks", "CRAM-MD5", "offered")]
    [InlineData("msmtp", "SCRAM-SHA-256", "offered")]
    [InlineData("msmtp", "SCRAM-SHA-256", "required")]
    [InlineData("msmtp", "PLAIN", "required")]
    public async Task Without_tls_nothing_is_accepted(string client, string mechanism, string listener)
    {
        var before = await LogInsAsync(listener);
        var result = await SendAsync(client, mechanism, listener, "off", User, "clear");
        Assert.NotEqual(0, result.ExitCode);
        Assert.DoesNotContain("250-AUTH", result.Output, StringComparison.Ordinal);
        Assert.Equal(before, await LogInsAsync(listener));
        Assert.Empty(await Appliance.MailsAsync("subject=clear 1"));
    }

    [Theory]
    [InlineData("swaks", "PLAIN")]
    [InlineData("swaks", "LOGIN")]
    [InlineData("msmtp", "SCRAM-SHA-256")]
    public async Task A_wrong_password_takes_nothing(string client, string mechanism)
    {
        var result = await SendAsync(client, mechanism, "required", "starttls", (User.Name, "let them in"), "wrong");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("535", result.Output, StringComparison.Ordinal);
        await Appliance.Process.LineAsync(new($" authentication.failed listener=required client=127.0.0.1 mechanism={mechanism} user=app"));
        Assert.Empty(await Appliance.MailsAsync("subject=wrong 1"));
        Assert.DoesNotContain("let them in", Appliance.Log, StringComparison.Ordinal);
    }

    /// <summary>CRAM-MD5 is offered only by listeners that are configured for it.</summary>
    [Fact]
    public async Task A_mechanism_that_is_not_configured_is_not_offered()
    {
        var result = await SendAsync("swaks", "CRAM-MD5", "implicit", "implicit", User, "cram");
        Assert.NotEqual(0, result.ExitCode);
        Assert.DoesNotContain("CRAM-MD5 ", result.Output, StringComparison.Ordinal);
        Assert.Empty(await Appliance.MailsAsync("subject=cram 1"));
    }

    private async Task<(double Good, double Bad)> LogInsAsync(string listener) => (
        await Appliance.MetricAsync("inboundbridge_smtp_commands_total", $"listener=\"{listener}\"", "verb=\"AUTH\"", "code=\"235\""),
        await Appliance.MetricAsync("inboundbridge_smtp_commands_total", $"listener=\"{listener}\"", "verb=\"AUTH\"", "code=\"535\""));

    private Task<PeerResult> SendAsync(
        string client, string mechanism, string listener, string tls, (string Name, string Password) user, string subject)
    {
        var (port, mail) = (Appliance.PortOf(listener), MailText.Numbered(1, subject));
        if (client == "msmtp")
            return Msmtp.SendAsync(port, tls, mechanism.ToLowerInvariant(), user, mail, From, To);
        string[] mode = tls switch { "starttls" => ["--tls"], "implicit" => ["--tls-on-connect"], _ => [] };
        return Swaks.SendAsync(
            port, mail, From, [To], ["--auth", mechanism, "--auth-user", user.Name, "--auth-password", user.Password, .. mode]);
    }

    /// <summary>One appliance for all tests of the class.</summary>
    public sealed class Submission : IAsyncLifetime
    {
        private readonly PeerFolder _folder = new();

        internal Appliance Appliance { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var users = _folder.Write(
                "users.yaml",
                $"users: [{{ name: {User.Name}, password: \"{SecretHash.Make(User.Password, 4096)}\", "
                + $"secret: {User.Password}, send_as: [\"*@example.com\"] }}]\n");
            Appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
                _folder,
                ApplianceSetup.Everything("hold: submitted"),
                [],
                $"users: {{ file: {users} }}\n{ApplianceSetup.Tls(new TestCertificate(_folder))}",
                """
                listeners: [
                    { name: offered, address: "127.0.0.1:0", mode: submission, tls: starttls, cram_md5: true },
                    { name: required, address: "127.0.0.1:0", mode: submission, tls: require, cram_md5: true },
                    { name: implicit, address: "127.0.0.1:0", mode: submission, tls: implicit },
                  ]
                """));
        }

        public async ValueTask DisposeAsync()
        {
            await Appliance.DisposeAsync();
            _folder.Dispose();
        }
    }
}
