using InboundBridge.Configuration.Secrets;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.OnDemand;

/// <summary>An appliance that keeps the mail of a branch office, whose user collects it.</summary>
internal static class CollectedMail
{
    public static readonly (string Name, string Password) User = ("branch", "a long random word");

    public static Task<Appliance> StartAsync(PeerFolder folder, TestCertificate certificate, string branch = "on_demand: true")
    {
        var users = folder.Write(
            "users.yaml",
            $"users: [{{ name: {User.Name}, password: \"{SecretHash.Make(User.Password, 4096)}\", "
            + $"secret: {User.Password}, collect: [{ApplianceSetup.Domain}] }}]\n");
        return Appliance.StartAsync(folder, ApplianceSetup.Write(
            folder,
            ApplianceSetup.Everything("relay: branch"),
            [$"branch: {{ relay: {{ {branch} }} }}"],
            $"users: {{ file: {users} }}\n{ApplianceSetup.Tls(certificate)}",
            $$"""
            listeners: [
                { name: mx, address: "{{Appliance.SmtpAddress}}" },
                { name: odmr, address: "127.0.0.1:0", mode: odmr, tls: implicit, cram_md5: true },
              ]
            """));
    }

    public static async Task SendAsync(Appliance appliance, int first, int count, Func<int, byte[]>? mail = null)
    {
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        for (var number = first; number < first + count; number++)
            Assert.StartsWith("250", await conversation.SendAsync(
                mail?.Invoke(number) ?? MailText.Numbered(number), "al@sender.test", "support@example.com"), StringComparison.Ordinal);
    }
}
