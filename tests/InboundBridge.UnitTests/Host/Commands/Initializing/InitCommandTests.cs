using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Configuration.Sources;

namespace InboundBridge.UnitTests.Host.Commands.Initializing;

/// <summary><c>init</c> in a folder of the test: what it writes, what it asks, and when it writes nothing.</summary>
public sealed class InitCommandTests : IDisposable
{
    private static readonly string[] Files =
    [
        "compose.yaml", "inboundbridge.service", "inboundbridge.yaml", "rules/mail.yaml", "schemas/config.schema.json",
        "schemas/rules.schema.json", "secrets/operator.hash", "secrets/operator.token", "secrets/webhook",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("ib-init-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Mail => Path.Combine(_folder, "mail");

    [Fact]
    public async Task The_defaults_pass_check_and_test_and_secrets_are_for_their_owner()
    {
        var run = new CommandRun();
        Assert.True(await run.RunAsync("init", Mail, "--yes") == 0, run.Error);
        Assert.Equal(Files, Written());
        foreach (var file in Files)
        {
            Assert.Contains(file, run.Out, StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows() && file.StartsWith("secrets/", StringComparison.Ordinal))
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Mail, file)));
        }
        var config = Path.Combine(Mail, "inboundbridge.yaml");
        var check = new CommandRun();
        Assert.True(await check.RunAsync("check", "--offline", "--config", config) == 0, check.Out);
        Assert.DoesNotContain("warning", check.Out, StringComparison.Ordinal);
        Assert.Contains("2 rules", check.Out, StringComparison.Ordinal);
        var test = new CommandRun();
        Assert.Equal(0, await test.RunAsync("test", "--config", config));
        Assert.StartsWith("2 of 2 tests passed", test.Error, StringComparison.Ordinal);
        foreach (var command in new[] { "inboundbridge dns example.com", "inboundbridge run", "inboundbridge send" })
            Assert.Contains(command, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_new_each_time_and_in_no_other_file_and_no_output()
    {
        var other = Path.Combine(_folder, "other");
        var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync("init", Mail, "-y"));
        Assert.Equal(0, await run.RunAsync("init", other, "-y"));
        foreach (var name in Files.Where(name => name.StartsWith("secrets/", StringComparison.Ordinal)))
        {
            var secret = (await ReadAsync(name)).Trim();
            Assert.NotEqual(secret, (await File.ReadAllTextAsync(Path.Combine(other, name), Cancellation)).Trim());
            Assert.DoesNotContain(secret, run.Out + run.Error, StringComparison.Ordinal);
            foreach (var file in Files.Where(file => file != name))
                Assert.DoesNotContain(secret, await ReadAsync(file), StringComparison.Ordinal);
        }
        Assert.True(TokenDigest.TryParse((await ReadAsync("secrets/operator.hash")).Trim(), out var digest));
        Assert.True(digest.Verify(System.Text.Encoding.UTF8.GetBytes((await ReadAsync("secrets/operator.token")).Trim())));
    }

    [Fact]
    public async Task A_person_is_asked_and_asked_again_after_nonsense()
    {
        var questions = new List<string>();
        var answers = new Queue<string>(
            ["no domain", "in.example.org", "ftp://x", "https://app.example.org/mail", "", "acme", "ops", "ops@example.org", "0.0.0.0:25"]);
        var run = new CommandRun { Ask = question => { questions.Add(question); return answers.Dequeue(); } };
        Assert.True(await run.RunAsync("init", Mail) == 0, run.Error);
        Assert.Empty(answers);
        Assert.Contains("'no domain' is no name", run.Error, StringComparison.Ordinal);
        Assert.Contains("'ftp://x' is no URL", run.Error, StringComparison.Ordinal);
        Assert.Contains("'ops' is no address", run.Error, StringComparison.Ordinal);
        Assert.Contains("[mx.in.example.org]: ", questions[4], StringComparison.Ordinal);
        var options = Read(Path.Combine(Mail, "inboundbridge.yaml"));
        Assert.Equal("mx.in.example.org", options.Smtp.Server.Hostname);
        Assert.Equal("ops@example.org", options.Tls.Acme!.Email);
        Assert.Equal("0.0.0.0:25", $"{Assert.Single(options.Smtp.Listeners).Address}");
        Assert.Contains("\"80:80\"", await ReadAsync("compose.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_answer_questions_so_that_only_the_others_are_asked()
    {
        var questions = new List<string>();
        var run = new CommandRun { Ask = question => { questions.Add(question); return ""; } };
        Assert.Equal(
            0,
            await run.RunAsync("init", Mail, "--domain", "example.net", "--webhook", "http://127.0.0.1:9001/x", "--certificate", "none"));
        Assert.Equal(2, questions.Count);
        Assert.Contains("domains: [example.net]", await ReadAsync("inboundbridge.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_from_files_is_tried_and_named_by_its_full_path()
    {
        var (certificate, key) = WriteCertificate("first");
        var (_, other) = WriteCertificate("second");
        var wrong = new CommandRun();
        Assert.Equal(2, await wrong.RunAsync("init", Mail, "--yes", "--certificate", certificate, "--key", other));
        Assert.StartsWith("--key: certificate ", wrong.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Mail));
        var run = new CommandRun();
        Assert.True(await run.RunAsync("init", Mail, "--yes", "--certificate", certificate, "--key", key) == 0, run.Error);
        var options = Read(Path.Combine(Mail, "inboundbridge.yaml"));
        Assert.Equal(new CertificateFiles(certificate, key), Assert.Single(options.Tls.Certificates));
        Assert.Contains($"{key}:{key}:ro", await ReadAsync("compose.yaml"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inboundbridge.yaml")]
    [InlineData("rules/mail.yaml")]
    [InlineData("secrets/webhook")]
    public async Task A_file_that_is_there_is_never_overwritten_and_nothing_is_written_beside_it(string name)
    {
        var file = Path.Combine(Mail, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "mine", Cancellation);
        var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync("init", Mail, "--yes"));
        Assert.Contains($"has {name} already", run.Error, StringComparison.Ordinal);
        Assert.Equal([name], Written());
        Assert.Equal("mine", await ReadAsync(name));
    }

    [Theory]
    [InlineData("standard input is no terminal")]
    [InlineData("--domain: 'a b' is no name", "--yes", "--domain", "a b")]
    [InlineData("--listen: 'here' is no address", "--yes", "--listen", "here")]
    [InlineData("--certificate: there is no file", "--yes", "--certificate", "missing.pem")]
    [InlineData("init reads no configuration", "--yes", "--config", "x.yaml")]
    [InlineData("init reads no configuration", "--yes", "--set", "hostname=x")]
    public async Task A_wrong_use_writes_nothing(string message, params string[] arguments)
    {
        var run = new CommandRun();
        Assert.Equal(2, await run.RunAsync(["init", Mail, .. arguments]));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Mail));
    }

    [Fact]
    public async Task A_folder_whose_name_would_end_a_line_of_the_unit_is_refused()
    {
        var run = new CommandRun();
        var folder = $"{Mail}\nExecStartPre=/bin/id";
        Assert.Equal(2, await run.RunAsync("init", folder, "--yes"));
        Assert.Contains("has control characters", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Answers_that_make_no_valid_configuration_write_nothing()
    {
        var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync("init", Mail, "--yes", "--certificate", "acme", "--hostname", "mx"));
        Assert.Contains("'mx' is no public name", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Mail));
    }

    [Fact]
    public async Task The_end_of_input_ends_it()
    {
        var run = new CommandRun { Ask = _ => null };
        Assert.Equal(1, await run.RunAsync("init", Mail));
        Assert.Contains("nothing was written", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Mail));
    }

    private CertificateFiles WriteCertificate(string name)
    {
        var files = new CertificateFiles(Path.Combine(_folder, $"{name}.pem"), Path.Combine(_folder, $"{name}.key"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = new CertificateRequest("CN=mx.example.com", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        File.WriteAllText(files.Certificate, made.ExportCertificatePem());
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem());
        return files;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<string> ReadAsync(string name) => File.ReadAllTextAsync(Path.Combine(Mail, name), Cancellation);

    private IEnumerable<string> Written() =>
        Directory.GetFiles(Mail, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Mail, file))
            .Order(StringComparer.Ordinal);

    private static ApplianceOptions Read(string file)
    {
        var outcome = ConfigurationReader.Read(ConfigurationSource.OfProcess(file, []));
        Assert.True(outcome.Options is not null, string.Join('\n', outcome.Problems.Items));
        return outcome.Options;
    }
}
