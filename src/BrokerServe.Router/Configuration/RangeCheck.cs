using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace BrokerServe.Router.Configuration;

/// <summary>The ranges of single settings, as the attributes beside them say.</summary>
internal static class RangeCheck
{
    public static void Check(string? place, object settings, ConfigErrors errors)
    {
        foreach (var setting in Setting.Of(settings.GetType()))
        {
            var value = setting.Get(settings);
            var at = place is null ? setting.Name : $"{place}:{setting.Name}";
            if (value is Enum choice && !Enum.IsDefined(choice.GetType(), choice))
            {
                errors.Add(at, $"is {choice}; it must be one of {string.Join(", ", Enum.GetNames(choice.GetType()))}");
            }

            foreach (var rule in setting.Rules.Where(rule => !rule.IsValid(value)))
            {
                errors.Add(at, rule switch
                {
                    RangeAttribute range => $"is {Setting.Print(value)}; it must be from {PrintBound(range, range.Minimum)} "
                        + $"to {PrintBound(range, range.Maximum)}",
                    StringLengthAttribute length => $"has {((string)value!).Length} characters; it may have {length.MaximumLength}",
                    _ => rule.FormatErrorMessage(setting.Name),
                });
            }
        }
    }

    /// <summary>Whether a setting may have a value.</summary>
    public static bool Allows(Setting setting, object? value) =>
        (value is not Enum choice || Enum.IsDefined(choice.GetType(), choice)) && setting.Rules.All(rule => rule.IsValid(value));

    // RangeAttribute keeps the bounds of other types than numbers as the text it was given until it is first used.
    private static string PrintBound(RangeAttribute range, object bound) => range.OperandType == typeof(TimeSpan) && bound is string text
        ? Setting.Print(TimeSpan.Parse(text, CultureInfo.InvariantCulture))
        : Setting.Print(bound);
}
