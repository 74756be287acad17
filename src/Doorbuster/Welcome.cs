using Doorbuster.Platform;
using Doorbuster.Platform.Embedded;
using Spectre.Console;

namespace Doorbuster;

/// <summary>What a newcomer reads first.</summary>
internal static class Welcome
{
    public static void Print(DemoNotes notes, Listen listen, Installation installation, bool demo, TimeSpan took)
    {
        var shop = listen.BaseUrl;
        var facts = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        void Fact(string subject, string text) =>
            facts.AddRow($"[bold]{Markup.Escape(subject)}[/]", Markup.Escape(text));
        Fact("Shop", shop);
        Fact("Console", $"{shop}/admin   for the administrator");
        Fact("API reference", $"{shop}/docs/api");
        foreach (var note in notes.All)
            Fact(note.Subject, note.Text);
        Fact("Folder", installation.Folder);

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
            AnsiConsole.Profile.Width = 200;
        }
        AnsiConsole.WriteLine();
        AnsiConsole.MarkupLine(
            $"[bold green]Doorbuster is open[/] after {took.TotalSeconds:0.0} s. Ctrl-C stops everything.");
        AnsiConsole.Write(facts);
        if (demo)
            PrintTries(shop);
        AnsiConsole.WriteLine();
    }

    // Written as they are, without wrapping: they are there to be copied.
    private static void PrintTries(string shop)
    {
        AnsiConsole.MarkupLine("[bold]Try[/]");
        string[] tries =
        [
            $"curl -s {shop}/api/v1/products",
            $"curl -s {shop}/api/v1/sales",
            $"TOKEN=$(curl -s {shop}/api/v1/sessions -H 'Content-Type: application/json' "
                + """-d '{"email":"ada@example.test","password":"demo-password"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')""",
            "# once the sale is open:",
            $"SALE=$(curl -s {shop}/api/v1/sales | grep -o 'sal_[0-9a-z]*' | head -1)",
            $"curl -s {shop}/api/v1/sales/$SALE/claims -H "
            + "\"Authorization: Bearer $TOKEN\" -H 'Idempotency-Key: my-first' "
                + """-H 'Content-Type: application/json' -d '{"quantity":1}'""",
            $"curl -s {shop}/api/v1/orders -H \"Authorization: Bearer $TOKEN\"",
        ];
        foreach (var one in tries)
            Console.Out.WriteLine($"  {one}");
    }
}
