namespace InboundBridge.Rules.Scripting.Running;

/// <summary>A worker's prepared scripts. When it is full it is cleared; rule sets have fewer scripts than its limit.</summary>
internal sealed class ScriptProgramCache
{
    private const int MostPrograms = 256;
    private const int MostCharacters = 1024 * 1024;

    private readonly Dictionary<(ScriptPurpose Purpose, string Text), ScriptProgram> _programs = [];
    private int _characters;

    /// <exception cref="ScriptSyntaxException">The source is not JavaScript.</exception>
    public ScriptProgram Get(ScriptSource source, ScriptPurpose purpose)
    {
        if (_programs.TryGetValue((purpose, source.Text), out var known))
            return known;
        var program = ScriptProgram.Parse(source, purpose);
        if (_programs.Count == MostPrograms || _characters + source.Text.Length > MostCharacters)
        {
            _programs.Clear();
            _characters = 0;
        }
        _programs.Add((purpose, source.Text), program);
        _characters += source.Text.Length;
        return program;
    }
}
