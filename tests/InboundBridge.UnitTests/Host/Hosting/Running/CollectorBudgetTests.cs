using System.Globalization;
using System.Text;
using InboundBridge.Hosting.Running;

namespace InboundBridge.UnitTests.Host.Hosting.Running;

public sealed class CollectorBudgetTests
{
    [Theory]
    [InlineData("inboundbridge\0", "inboundbridge")]
    [InlineData("dotnet\0a b.dll\0run\0", "dotnet|a b.dll|run")]
    [InlineData("x\0--set\0\0y\0", "x|--set||y")]
    [InlineData("", "")]
    public void Arguments_end_with_a_zero(string commandLine, string arguments) =>
        Assert.Equal(
            arguments, string.Join('|', CollectorBudget.Split(Encoding.UTF8.GetBytes(commandLine)).Select(Encoding.UTF8.GetString)));

    [Fact]
    public void Octets_of_any_charset_stay_as_they_are()
    {
        byte[] argument = [0xFF, 0xC3, (byte)'a'];
        Assert.Equal([[(byte)'x'], argument], CollectorBudget.Split([(byte)'x', 0, .. argument, 0]));
    }

    [Fact]
    public void The_least_size_is_the_largest_one_that_the_program_allows()
    {
        var project = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "src/InboundBridge/InboundBridge.csproj"));
        var octets = int.Parse(CollectorBudget.Octets, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"\"System.GC.Gen0MaxBudget\" Value=\"{octets}\""), project, StringComparison.Ordinal);
    }

    [Fact]
    public void The_image_sets_it_so_that_a_container_starts_once() => Assert.Contains(
        $"ENV {CollectorBudget.Variable}={CollectorBudget.Octets}",
        File.ReadAllText(Path.Combine(RepositoryFiles.Root, "Dockerfile")),
        StringComparison.Ordinal);
}
