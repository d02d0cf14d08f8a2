using InboundBridge.Configuration;
using InboundBridge.Configuration.Sources;
using InboundBridge.Hosting.Users;
using InboundBridge.Setup;
using InboundBridge.UnitTests.Host.Configuration.Sources;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Configuration;

/// <summary><c>users.file</c>, and what a configuration asks of it.</summary>
public class UsersFileTests
{
    private const string Hash = "$pbkdf2-sha256$i=1000$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA";

    private const string WithCramMd5 = """
        domains: [example.com]
        users: { file: users.yaml }
        tls: { certificates: [{ cert: c.pem, key: k.pem }] }
        smtp: { listeners: [{ address: "127.0.0.1:2587", name: desk, mode: submission, tls: require, cram_md5: true }] }
        """;

    [Fact]
    public void Every_key_of_a_user_is_read()
    {
        var (users, problems) =
            Read($"users: [{{ name: al, password: \"{Hash}\", secret: \"${{SECRET}}\", send_as: ['*@a.example'], collect: [B\u00fccher.example, '*.a.example'] }}]");
        Assert.Empty(problems.Items);
        var user = Assert.Single(users);
        Assert.Equal(
            ("al", Hash, "tanstaaf", "*@a.example", "xn--bcher-kva.example *.a.example"),
            (user.Name, user.Hash, user.Shared?.Reveal(), string.Join(' ', user.SendAs), string.Join(' ', user.Collect)));
        Assert.DoesNotContain("tanstaaf", user.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("users: [{ name: al }]", "'password' is missing")]
    [InlineData("users: [{ name: al, password: plain }]", "expected a hash")]
    [InlineData("users: [{ name: al, password: HASH }, { name: al, password: HASH }]", "two users are named 'al'")]
    [InlineData("users: [{ name: al, password: HASH, secrets: x }]", "unknown key 'secrets' (did you mean 'secret'?)")]
    public void Problems_are_named(string yaml, string problem) =>
        Assert.Contains(
            problem, string.Join('\n', Read(yaml.Replace("HASH", $"\"{Hash}\"", StringComparison.Ordinal)).Problems.Items),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(
        "", "users.yaml: error: listener 'desk' offers CRAM-MD5, and no user has a 'secret' to check it against (secret: the password itself)")]
    [InlineData(", secret: tanstaaf", null)]
    public async Task Cram_md5_without_any_user_with_a_secret_is_refused(string secret, string? problem)
    {
        var files = new FakeConfigurationFiles();
        files.Texts["/etc/ib/inboundbridge.yaml"] = WithCramMd5;
        files.Texts["/etc/ib/users.yaml"] = $"users: [{{ name: al, password: \"{Hash}\"{secret} }}]";
        files.Texts["/etc/ib/c.pem"] = files.Texts["/etc/ib/k.pem"] = "";
        var problems = new SourceProblems();
        await using var scripts = new ScriptWorkers(TimeProvider.System);
        var setup = ApplianceSetup.Read(SourceOf(files), scripts, problems);
        var errors = problems.Items.Where(item => !item.IsWarning).Select(item => item.ToString()).ToArray();
        Assert.Equal(problem is null ? [] : [$"/etc/ib/{problem}"], errors);
        if (problem is null)
            Assert.Contains("tanstaaf", setup!.Secrets);
    }

    [Fact]
    public async Task The_directory_returns_a_secret_only_for_users_who_have_one()
    {
        var (users, _) = Read($"users: [{{ name: al, password: \"{Hash}\", secret: tanstaaf }}, {{ name: bo, password: \"{Hash}\" }}]");
        using var directory = new UserDirectory(users);
        Assert.Equal("tanstaaf", await directory.FindSharedSecretAsync(null!, "al", CancellationToken.None));
        Assert.Null(await directory.FindSharedSecretAsync(null!, "bo", CancellationToken.None));
        Assert.Null(await directory.FindSharedSecretAsync(null!, "nobody", CancellationToken.None));
    }

    private static (IReadOnlyList<UserEntry> Users, SourceProblems Problems) Read(string yaml)
    {
        var files = new FakeConfigurationFiles();
        files.Texts["/etc/ib/users.yaml"] = yaml;
        var problems = new SourceProblems();
        return (UsersFile.Read("/etc/ib/users.yaml", SourceOf(files), problems), problems);
    }

    private static ConfigurationSource SourceOf(FakeConfigurationFiles files) => new()
    {
        Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["SECRET"] = "tanstaaf" },
        Set = [],
        CurrentFolder = "/etc/ib",
        MachineName = "mx1",
        Files = files,
    };
}
