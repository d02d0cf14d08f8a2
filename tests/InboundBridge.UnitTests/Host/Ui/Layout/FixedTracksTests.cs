using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Ui.Layout;

/// <summary>Nothing of a page moves while the rest of it arrives. The scenario tests measure it where it is unlucky.</summary>
public sealed class FixedTracksTests
{
    /// <summary>A grid whose number of tracks follows its items moves those that are there when another one comes.</summary>
    [Fact]
    public void No_grid_makes_its_tracks_by_what_has_arrived()
    {
        var style = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "src/InboundBridge/Ui/Assets/app.css"));
        Assert.DoesNotContain("auto-fit", style, StringComparison.Ordinal);
        Assert.DoesNotContain(":only-child", style, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_is_shown_when_all_of_it_is_there()
    {
        await using var api = await ApiFixture.CreateAsync();
        var page = await new UiBrowser(api).ReadAsync("/ui");
        Assert.Contains("<link rel=\"expect\" href=\"#main\" blocking=\"render\"", page, StringComparison.Ordinal);
        Assert.Contains("<main id=\"main\"", page, StringComparison.Ordinal);
    }
}
