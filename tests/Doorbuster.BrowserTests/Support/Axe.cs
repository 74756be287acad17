using System.Text.Json;
using Microsoft.Playwright;

namespace Doorbuster.BrowserTests.Support;

/// <summary>The rules of accessibility that a machine can check.</summary>
public static class Axe
{
    private static readonly Lazy<string> Rules = new(() =>
    {
        using var reader = new StreamReader(typeof(Axe).Assembly.GetManifestResourceStream("axe.js")!);
        return reader.ReadToEnd();
    });

    public static async Task AssertClean(IPage page, string where)
    {
        await page.EvaluateAsync(Rules.Value);
        var found = JsonDocument.Parse(await page.EvaluateAsync<string>(
            """
            async () => {
              const result = await axe.run(document, { resultTypes: ['violations'] });
              return JSON.stringify(result.violations
                .filter(v => v.impact === 'serious' || v.impact === 'critical')
                .map(v => `${v.impact} ${v.id}: ${v.help}\n` + v.nodes.slice(0, 5)
                  .map(n => `    ${n.html.slice(0, 160)}\n      ${(n.any[0] || n.all[0] || n.none[0] || {}).message || ''}`).join('\n')));
            }
            """)).RootElement.EnumerateArray().Select(violation => violation.GetString()).ToList();
        Assert.True(found.Count == 0, $"{where}:\n{string.Join('\n', found)}");
    }
}
