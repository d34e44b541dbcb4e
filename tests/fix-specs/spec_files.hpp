// Reads the dictionary's XML and the pages' tables, with nothing of QuickFIX: it drops parts of
// what it reads.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace sluice::gateway::testing {

inline std::filesystem::path specs_folder() {
  return std::filesystem::path(__FILE__).parent_path() / "../../fix-specs";
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct XmlElement {
  bool closes = false;  ///< </name>
  bool empty = false;   ///< <name ... />
  std::string name;
  std::map<std::string, std::string> attributes;
};

inline std::vector<XmlElement> read_xml(const std::filesystem::path& path) {
  const std::string text = read_text(path);
  std::vector<XmlElement> elements;
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at)) {
    if (text.compare(at, 4, "<!--") == 0) {
      at = text.find("-->", at);
      continue;
    }
    const std::size_t end = text.find('>', at);
    std::string inside = text.substr(at + 1, end - at - 1);
    at = end;
    XmlElement element;
    element.closes = inside.starts_with('/');
    element.empty = inside.ends_with('/');
    if (element.closes) inside.erase(0, 1);
    element.name = inside.substr(0, inside.find_first_of(" /"));
    for (std::size_t quote = inside.find('\''); quote != std::string::npos;) {
      const std::size_t close = inside.find('\'', quote + 1);
      const std::size_t key = inside.rfind(' ', quote) + 1;
      element.attributes[inside.substr(key, quote - 1 - key)] =
          inside.substr(quote + 1, close - quote - 1);
      quote = inside.find('\'', close + 1);
    }
    elements.push_back(std::move(element));
  }
  return elements;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The cells of a table's row, without the spaces around them; nothing for another line.
inline std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  if (line.empty() || line.front() != '|') return cells;
  for (std::size_t at = 1; at < line.size();) {
    std::size_t end = line.find('|', at);
    if (end == std::string::npos) end = line.size();
    const std::string cell = line.substr(at, end - at);
    const std::size_t first = cell.find_first_not_of(' ');
    cells.push_back(first == std::string::npos
                        ? ""
                        : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
    at = end + 1;
  }
  return cells;
}

/// Rows whose first cell is a number.
inline std::vector<std::vector<std::string>> numbered_rows(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : lines_of(text)) {
    auto cells = cells_of(line);
    if (!cells.empty() && !cells.front().empty() &&
        cells.front().find_first_not_of("0123456789") == std::string::npos) {
      rows.push_back(std::move(cells));
    }
  }
  return rows;
}

}  // namespace sluice::gateway::testing
