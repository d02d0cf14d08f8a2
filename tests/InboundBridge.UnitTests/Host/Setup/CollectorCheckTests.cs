using InboundBridge.Configuration;
using InboundBridge.Configuration.Sources;
using InboundBridge.Setup;
using InboundBridge.UnitTests.Host.Configuration;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Setup;

/// <summary>Users who should collect mail (ATRN) and can't, or who collect what never comes, are found before the start.</summary>
public class CollectorCheckTests
{
    private const string Hash = "$pbkdf2-sha256$i=4096$NhNHe2NZ/Pxt8GlDptS+bA$5xj35L3wqCeClVtsccZXDFnGBWxDKbRkSdPBRgXQ6bs";

    private const string Configuration = """
        domains: [example.com, "*.branch.example.com"]
        users: { file: users.yaml }
        smtp: { listeners: [{ address: "127.0.0.1:366", name: odmr, mode: odmr, tls: require }] }
        tls: { certificates: [{ cert: cert.pem, key: key.pem }] }
        destinations: { branch: { relay: { on_demand: true } } }
        """;

    [Theory]
    [InlineData("collect: [example.com]", null)]
    [InlineData("collect: [west.branch.example.com]", null)]
    [InlineData("collect: ['*.branch.example.com']", null)]
    [InlineData("send_as: [al@example.com]", "nobody can collect mail on listener 'odmr': no user has 'collect'")]
    [InlineData("collect: [example.com, elsewhere.example]", "user 'al' collects elsewhere.example, for which no mail is accepted")]
    [InlineData("collect: ['*.example.com']", "user 'al' collects *.example.com, for which no mail is accepted")]
    public void What_can_not_work_is_a_warning(string user, string? warning)
    {
        var text = new ConfigurationCase();
        text.Files.Texts[$"{ConfigurationCase.Folder}/users.yaml"] = $"users: [{{ name: al, password: \"{Hash}\", {user} }}]";
        text.Files.Texts[$"{ConfigurationCase.Folder}/cert.pem"] = text.Files.Texts[$"{ConfigurationCase.Folder}/key.pem"] = string.Empty;
        var options = text.Options(Configuration);
        var problems = new SourceProblems();
        var source = new ConfigurationSource
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
            CurrentFolder = ConfigurationCase.Folder,
            MachineName = "mx1",
            Files = text.Files,
        };
        StartFiles.Read(options, source, problems);
        Assert.False(problems.HasErrors);
        if (warning is null)
            Assert.Empty(problems.Items);
        else
            Assert.Contains(warning, Assert.Single(problems.Items).ToString(), StringComparison.Ordinal);
    }
}
