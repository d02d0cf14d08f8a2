using System.Text;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sealing;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

/// <summary>Options that a rule overrides may hold passwords, and earlier versions stored them in clear.</summary>
public class SealedOptionsTests
{
    private const string Options = """{"auth":{"bearer":"geheim-token-0815"},"secret":"whsec_Z2VoZWltLWdlaGVpbS1nZWhlaW0tZ2VoZWlt"}""";

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public async Task Options_are_in_no_file_in_clear_and_come_back_whole()
    {
        using var folder = new SpoolFolder();
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(FakeTime.Start)))
        {
            await CommitAsync(spool);
            AssertNowhere(folder);
        }
        AssertNowhere(folder);
        await using var again = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(FakeTime.Start));
        Assert.Equal(Options, (await again.FindDeliveryAsync("m-0", CancellationToken.None))!.OptionsJson);
        Assert.Equal(Options, Assert.Single(await SampleMail.DueAsync(again, "hook", keepsOrder: true, 10)).OptionsJson);
    }

    [Fact]
    public async Task Their_key_is_for_its_owner_only()
    {
        using var folder = new SpoolFolder();
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(FakeTime.Start));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.Path, OptionsSeal.FileName)));
    }

    [Fact]
    public async Task A_spool_without_its_key_is_refused()
    {
        using var folder = new SpoolFolder();
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(FakeTime.Start)))
            await CommitAsync(spool);
        File.Delete(Path.Combine(folder.Path, OptionsSeal.FileName));
        var refused =
            await Assert.ThrowsAsync<SpoolRefusedException>(
                () => SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(FakeTime.Start)));
        Assert.Contains("options.key is missing", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, OptionsSeal.FileName)));
    }

    [Fact]
    public async Task With_another_key_the_delivery_waits_until_the_right_key_is_back()
    {
        using var folder = new SpoolFolder();
        var file = Path.Combine(folder.Path, OptionsSeal.FileName);
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(FakeTime.Start)))
            await CommitAsync(spool);
        var key = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, new byte[32]);
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(FakeTime.Start)))
            Assert.Equal(SpooledDelivery.UnreadableOptions, (await spool.FindDeliveryAsync("m-0", CancellationToken.None))!.OptionsJson);
        await File.WriteAllBytesAsync(file, key);
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(FakeTime.Start)))
            Assert.Equal(Options, (await spool.FindDeliveryAsync("m-0", CancellationToken.None))!.OptionsJson);
    }

    [Fact]
    public void A_sealed_text_belongs_to_its_delivery_and_to_its_octets()
    {
        var seal = new OptionsSeal(new byte[32]);
        var text = seal.Seal(Options, "one")!;
        Assert.NotEqual(text, seal.Seal(Options, "one"));
        Assert.Equal(Options, seal.Open(text, "one"));
        Assert.Equal(SpooledDelivery.UnreadableOptions, seal.Open(text, "two"));
        Assert.Equal(SpooledDelivery.UnreadableOptions, seal.Open(text[..^8] + "AAAAAAA=", "one"));
        Assert.Equal(SpooledDelivery.UnreadableOptions, seal.Open("sealed:", "one"));
        Assert.Equal(Options, seal.Open(Options, "one"));
        Assert.Null(seal.Seal(null, "one"));
    }

    /// <summary>
    /// Options that an earlier version stored in clear are encrypted when the spool is opened, and their old place is overwritten.
    /// </summary>
    [Fact]
    public async Task An_old_spool_is_sealed_when_it_is_opened()
    {
        using var folder = new SpoolFolder();
        folder.Fill(Path.Combine(RepositoryFiles.Root, "tests/testdata/upgrade/v1"));
        Assert.Contains("\"format\":\"raw\"", Everything(folder), StringComparison.Ordinal);
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(FakeTime.Start)))
            Assert.Equal("""{"format":"raw"}""", (await spool.FindDeliveryAsync("small-0", CancellationToken.None))!.OptionsJson);
        Assert.DoesNotContain("\"format\":\"raw\"", Everything(folder), StringComparison.Ordinal);
    }

    private static async Task CommitAsync(IMailSpool spool)
    {
        var delivery = SampleMail.Delivery("m-0", "m", Now, "hook") with { OptionsJson = Options };
        await using var staged = await SampleMail.StageAsync(spool, "m", [1, 2, 3]);
        await spool.CommitAsync(staged, SampleMail.Message(staged, Now), [delivery], NewClaims.None, CancellationToken.None);
    }

    private static void AssertNowhere(SpoolFolder folder)
    {
        var all = Everything(folder);
        Assert.DoesNotContain("geheim", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Z2VoZWlt", all, StringComparison.Ordinal);
        Assert.DoesNotContain("bearer", all, StringComparison.Ordinal);
    }

    private static string Everything(SpoolFolder folder)
    {
        using var copy = folder.Copy();
        return string.Concat(
            Directory.EnumerateFiles(copy.Path, "*", SearchOption.AllDirectories)
                .Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file))));
    }
}
