using InboundBridge.Mime;
using InboundBridge.UnitTests.Mime.Reading;

namespace InboundBridge.UnitTests.Mime.Fuzz;

public class FuzzTests
{
    /// <summary>FUZZ_RUNS and FUZZ_SEED set a longer run.</summary>
    private static readonly int Runs = Setting("FUZZ_RUNS", 3000);

    private static readonly string Corpus = Path.Combine(RepositoryFiles.Root, "tests/testdata/fuzz/mime");

    private static readonly string Mails = Path.Combine(RepositoryFiles.Root, "tests/testdata/messages");

    private static readonly MimeLimits Limits =
        new() { Depth = 5, Parts = 20, HeaderBytes = 2000, HeaderCount = 30, Addresses = 10, TextCharacters = 2000 };

    /// <summary>Mails that once broke something, and seeds for the fuzzer.</summary>
    [Fact]
    public void The_corpus_is_read_without_an_exception()
    {
        foreach (var file in Directory.EnumerateFiles(Corpus, "*.eml").Order(StringComparer.Ordinal))
            AssertReadable(File.ReadAllBytes(file), MimeLimits.Default, Path.GetFileName(file));
    }

    [Fact]
    public void Damaged_mails_are_read_without_an_exception_and_alike_from_memory_and_file()
    {
        var mutator = new MailMutator(Setting("FUZZ_SEED", 20_260_102));
        var seeds = Directory.EnumerateFiles(Mails, "*.eml").Concat(Directory.EnumerateFiles(Corpus, "*.eml"))
            .Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Where(mail => mail.Length < 5000).ToList();
        for (var run = 0; run < Runs; run++)
            AssertReadable(mutator.Mutate(seeds[run % seeds.Count]), run % 2 == 0 ? MimeLimits.Default : Limits, $"run {run}");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), System.Globalization.CultureInfo.InvariantCulture, out var value)
            ? value : otherwise;

    private static void AssertReadable(byte[] mail, MimeLimits limits, string name)
    {
        try
        {
            var whole = WholeReading.Of(MimeMessage.Open(MimeSource.FromMemory(mail), limits));
            using var slow = new SlowSource(mail, 50, 64);
            Assert.True(
                whole == WholeReading.Of(MimeMessage.Open(slow, limits)),
                $"{name} depends on how it is read: {Convert.ToBase64String(mail)}");
            Assert.True(Utf8Reading.IsTheSame(mail, limits) != false, $"{name} has another text as UTF-8: {Convert.ToBase64String(mail)}");
        }
        catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{name}: {Convert.ToBase64String(mail)}", failure);
        }
    }
}
